/** What a process can do. Any mix in as many processes as wanted. */
export const ROLES = ['ingestion', 'processing', 'admin'] as const;
export type Role = (typeof ROLES)[number];
