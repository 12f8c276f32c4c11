/** Microseconds since 1970 as a number: exact until the year 2255. */
export type Micros = number;

const RFC_3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;
const FRACTION_AT = 20;

/** `2026-11-23T00:00:00.000123Z`. */
export function formatMicros(micros: Micros): string {
  const millis = Math.floor(micros / 1_000);
  const rest = micros - millis * 1_000;
  return `${new Date(millis).toISOString().slice(0, -1)}${String(rest).padStart(3, '0')}Z`;
}

/** The day asked for last, and its midnight: neighbours on the log are nearly always of one day. */
let lastDay = '';
let lastMidnightMs = 0;

/**
 * The microseconds of an RFC 3339 time, finer digits cut off; null for anything else, days that no month has and leap
 * seconds among it. By hand, because every event passes here and `Date.parse` takes 30 February for 2 March.
 */
export function parseMicros(text: string): Micros | null {
  if (!RFC_3339.test(text)) return null;
  const [hours, minutes, seconds] = [digits(text, 11, 2), digits(text, 14, 2), digits(text, 17, 2)];
  if (hours > 23 || minutes > 59 || seconds > 59) return null;
  const midnightMs = text.startsWith(lastDay) && lastDay !== '' ? lastMidnightMs : midnightOf(text);
  if (midnightMs === null) return null;
  const zoneMinutes = zoneOf(text);
  if (zoneMinutes === null) return null;
  const wholeSeconds = midnightMs / 1_000 + (hours * 60 + minutes - zoneMinutes) * 60 + seconds;
  return wholeSeconds * 1_000_000 + fractionMicros(text);
}

function midnightOf(text: string): number | null {
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2)];
  const date = new Date(0);
  const midnightMs = date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCDate() !== day || date.getUTCMonth() !== month - 1) return null;
  lastDay = text.slice(0, 10);
  lastMidnightMs = midnightMs;
  return midnightMs;
}

/** Minutes ahead of UTC. */
function zoneOf(text: string): number | null {
  if (text.endsWith('Z') || text.endsWith('z')) return 0;
  const at = text.length - 6;
  const [hours, minutes] = [digits(text, at + 1, 2), digits(text, at + 4, 2)];
  if (hours > 23 || minutes > 59) return null;
  return (text.charAt(at) === '-' ? -1 : 1) * (hours * 60 + minutes);
}

function fractionMicros(text: string): number {
  if (text.charAt(FRACTION_AT - 1) !== '.') return 0;
  let micros = 0;
  for (let place = 0; place < 6; place += 1) {
    const digit = text.charCodeAt(FRACTION_AT + place) - 48;
    if (!(digit >= 0 && digit <= 9)) return micros * 10 ** (6 - place);
    micros = micros * 10 + digit;
  }
  return micros;
}

function digits(text: string, from: number, count: number): number {
  let number = 0;
  for (let at = from; at < from + count; at += 1) number = number * 10 + text.charCodeAt(at) - 48;
  return number;
}
