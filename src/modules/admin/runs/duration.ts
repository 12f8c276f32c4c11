const DURATION = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)?$/;
const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** The milliseconds of `60s`, `10m`, `1.5h`, `500ms`, or of a number of seconds; NaN for anything else. */
export function durationMs(given: unknown): number {
  const match = DURATION.exec(typeof given === 'number' ? String(given) : typeof given === 'string' ? given : '');
  if (match === null) return Number.NaN;
  const unit = (match[2] ?? 's') as keyof typeof UNIT_MS;
  return Math.round(Number(match[1]) * UNIT_MS[unit]);
}
