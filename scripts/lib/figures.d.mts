export function addUp(lines: readonly string[]): string;
