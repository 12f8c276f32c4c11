import { codeOf } from '../domain/errors.js';

/** What the process says to whoever started it. */
export const EXIT = { clean: 0, unexpected: 1, badConfiguration: 2, damagedData: 3 } as const;

/** Codes of Node's own errors that mean the configuration asks for what cannot be had. */
const CONFIGURATION_FAULTS = new Set(['EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES', 'ENOTFOUND']);

/** The exit code for whatever ended the app: ours by code, the operating system's refusal to listen as configuration. */
export function exitCodeFor(error: unknown): number {
  const code = codeOf(error);
  if (code === 'data.damaged') return EXIT.damagedData;
  if (code.startsWith('config.') || code === 'bus.topic-misconfigured') return EXIT.badConfiguration;
  if (error instanceof Error && 'syscall' in error && 'code' in error && CONFIGURATION_FAULTS.has(String(error.code))) return EXIT.badConfiguration;
  return EXIT.unexpected;
}
