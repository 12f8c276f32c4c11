export function sumOf(text: string, name: string, label?: string): number | null;
