export const NEWER_NODE: string;
export function newerNode(): Promise<string>;
