import { z } from 'zod';

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const UNIT_BYTES: Readonly<Record<string, number>> = { B: 1, KB: 1_000, MB: 1_000_000, GB: 1_000_000_000, TB: 1_000_000_000_000 };

/** `500ms`, `60s`, `10m`, `24h`, `7d` -> milliseconds. */
export const duration = z
  .string()
  .regex(/^\d{1,6}(ms|s|m|h|d)$/)
  .transform((text) => quantity(text, UNIT_MS))
  .refine((ms) => ms > 0);

/** `500MB`, `10GB` -> bytes. */
export const byteSize = z
  .string()
  .regex(/^\d{1,6}(B|KB|MB|GB|TB)$/)
  .transform((text) => quantity(text, UNIT_BYTES))
  .refine((bytes) => bytes > 0);

/** `forever` -> null, else a duration. */
export const durationOrForever = z.literal('forever').transform(() => null).or(duration);

/** `unlimited` -> null, else a size. */
export const byteSizeOrUnlimited = z.literal('unlimited').transform(() => null).or(byteSize);

/** A whole number from `least` to `most`, as digits. */
export function wholeNumber(least: number, most: number) {
  return z.string().regex(/^\d{1,15}$/).transform(Number).refine((value) => value >= least && value <= most);
}

/** A number from `least` to `most`, a decimal fraction allowed. */
export function number(least: number, most: number) {
  return z.string().regex(/^\d{1,9}(\.\d{1,6})?$/).transform(Number).refine((value) => value >= least && value <= most);
}

function quantity(text: string, units: Readonly<Record<string, number>>): number {
  const digits = /^\d+/.exec(text)?.[0] ?? '';
  return Number(digits) * (units[text.slice(digits.length)] ?? Number.NaN);
}
