import { codeOf } from '../domain/errors.js';

/** What the process says to whoever started it. */
export const EXIT = { clean: 0, unexpected: 1, badConfiguration: 2, damagedData: 3 } as const;

/** Codes of Node's own errors that mean the configuration asks for what cannot be had. */
const CONFIGURATION_FAULTS = new Set(['EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES', 'ENOTFOUND']);

/**
 * The exit code for whatever ended the app: ours by code, the operating system's refusal to listen as configuration. A
 * source that refuses ends only a start: it is the file or the address that the configuration names.
 */
export function exitCodeFor(error: unknown): number {
  const code = codeOf(error);
  if (code === 'data.damaged') return EXIT.damagedData;
  if (/^(config|source)\./.test(code) || code === 'bus.topic-misconfigured') return EXIT.badConfiguration;
  if (error instanceof Error && 'syscall' in error && 'code' in error && CONFIGURATION_FAULTS.has(String(error.code))) return EXIT.badConfiguration;
  return EXIT.unexpected;
}
