/** Microseconds since 1970 as a number: exact until the year 2255. */
export type Micros = number;

const RFC_3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.(\d+))?(?:[Zz]|[+-]\d{2}:\d{2})$/;

/** `2026-11-23T00:00:00.000123Z`. */
export function formatMicros(micros: Micros): string {
  const millis = Math.floor(micros / 1_000);
  const rest = micros - millis * 1_000;
  return `${new Date(millis).toISOString().slice(0, -1)}${String(rest).padStart(3, '0')}Z`;
}

/** The microseconds of an RFC 3339 time, finer digits cut off; null for anything else. */
export function parseMicros(text: string): Micros | null {
  const match = RFC_3339.exec(text);
  if (match === null) return null;
  const millis = Date.parse(text.toUpperCase());
  if (Number.isNaN(millis)) return null;
  const micros = Number((match[1] ?? '').padEnd(6, '0').slice(3, 6));
  return millis * 1_000 + micros;
}
