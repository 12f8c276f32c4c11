import { validateCronExpression } from 'cron';
import { z } from 'zod';
import { duration, number, wholeNumber } from './quantities.js';
import { oneOf, variable, type Variable } from './variable.js';

/** When people are published, and how fast. */
export const INGESTION_VARIABLES = {
  INGEST_MODE: variable({
    schema: oneOf('continuous', 'scheduled', 'manual'),
    form: 'continuous, scheduled or manual',
    default: 'continuous (`file`: manual)',
    meaning: 'windows that touch, windows of a cron expression, or only runs that somebody asks for',
    first: true,
  }),
  INGEST_RATE: variable({
    schema: number(0, 1_000_000),
    form: 'users per second, 0 to 1000000',
    default: '5 (`file`: 0)',
    meaning: 'users per second; 0 is as fast as the source gives',
    first: true,
  }),
  INGEST_PAGE_SIZE: variable({ schema: wholeNumber(1, 5_000), form: 'a whole number, 1 to 5000', default: '20 (`file`: 500)', meaning: 'users per request to the source' }),
  INGEST_CRON: variable({ schema: z.string().refine((text) => validateCronExpression(text).valid), form: 'a cron expression of 5 or 6 fields', default: '0 0 * * *', meaning: 'when scheduled windows begin' }),
  INGEST_TIMEZONE: variable({ schema: z.string().refine(isTimeZone), form: 'an IANA time zone such as Europe/London', default: 'UTC', meaning: 'the time zone of INGEST_CRON' }),
  INGEST_WINDOW: variable({ schema: duration, form: 'a duration such as 60s or 10m', default: '60s (continuous: 10m)', meaning: 'how long a run publishes' }),
} as const satisfies Record<string, Variable>;

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}
