export function freePorts(count: number, addresses?: readonly string[]): Promise<number[]>;
