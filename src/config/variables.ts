import { validateCronExpression } from 'cron';
import { z } from 'zod';
import { byteSizeOrUnlimited, duration, durationOrForever, number, wholeNumber } from './quantities.js';
import { ROLES, type Role } from './roles.js';

/** One variable of the environment: how it is read, and what the docs say of it. */
export interface Variable<Value = unknown> {
  readonly schema: z.ZodType<Value, string>;
  /** The expected form, for the message about a fault: values are never shown. */
  readonly form: string;
  /** What holds when it is not set, in words. */
  readonly default: string;
  readonly meaning: string;
  /** Whether `<NAME>_FILE` may name a file that holds the value. */
  readonly secret?: boolean;
}

const variable = <Value>(given: Variable<Value>): Variable<Value> => given;
const oneOf = <const Choices extends readonly [string, ...string[]]>(...choices: Choices) => z.enum(choices);

/** Kafka's own alphabet for topics and groups, so that a name that works embedded works there too. */
const topicName = z.string().regex(/^[A-Za-z0-9._-]{1,200}$/).refine((name) => name !== '.' && name !== '..');
const roles = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .refine((parts): parts is Role[] => parts.length > 0 && parts.every((part) => (ROLES as readonly string[]).includes(part)));
const httpUrl = z.string().refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol));
const timeZone = z.string().refine(isTimeZone);
const cron = z.string().refine((text) => validateCronExpression(text).valid);

/** The schema of the environment. The settings table of the README and `.env.example` are made from it. */
export const VARIABLES = {
  ROLES: variable({ schema: roles, form: 'a comma-separated list of ingestion, processing, admin', default: 'ingestion,processing,admin', meaning: 'what this process does' }),
  PIPELINE_NAME: variable({ schema: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/), form: 'lower-case letters, digits, _ and -, at most 64', default: 'userstream', meaning: "prefix of the journal's topics, default consumer group" }),
  HTTP_HOST: variable({ schema: z.string().regex(/^[A-Za-z0-9.:_-]{1,255}$/), form: 'an address or host name to listen on', default: '127.0.0.1', meaning: 'where health, metrics and, with the admin role, the API listen; off loopback the API needs a key' }),
  HTTP_PORT: variable({ schema: wholeNumber(0, 65_535), form: 'a port, 0 to 65535', default: '3000 with the admin role, else 0', meaning: '0 takes a free port and prints it' }),
  ADMIN_API_KEY: variable({ schema: z.string().min(16).max(512), form: 'at least 16 characters', default: 'none', meaning: 'key for the whole API; without one, only this machine may use it', secret: true }),
  DATA_DIR: variable({ schema: z.string().min(1).max(4_096), form: 'a folder', default: './data', meaning: 'where the embedded log and table live' }),
  USER_SOURCE: variable({ schema: oneOf('auto', 'randomuser', 'synthetic', 'file'), form: 'auto, randomuser, synthetic or file', default: 'auto', meaning: 'where people come from; `auto` asks the RandomUser API and takes invented people, loudly, if it cannot be reached' }),
  RANDOMUSER_URL: variable({ schema: httpUrl, form: 'an http or https URL', default: 'https://randomuser.me/api/1.4/', meaning: 'the RandomUser API, at a pinned version' }),
  USER_SOURCE_FILE: variable({ schema: z.string().min(1).max(4_096), form: 'a path ending in .ndjson, .jsonl or .csv', default: 'none', meaning: 'the people of `USER_SOURCE=file`, as NDJSON or CSV' }),
  EVENT_BUS: variable({ schema: oneOf('sqlite'), form: 'sqlite', default: 'sqlite', meaning: 'the log: `sqlite` is embedded' }),
  TOPIC_PARTITIONS: variable({ schema: wholeNumber(1, 256), form: 'a whole number, 1 to 256', default: '4', meaning: 'partitions of the topics that we create' }),
  USERS_TOPIC: variable({ schema: topicName, form: 'letters, digits, ., _ and -, at most 200', default: 'users_created', meaning: 'the topic of people; dead letters go to `<USERS_TOPIC>_dlq`' }),
  CONSUMER_GROUP: variable({ schema: topicName, form: 'letters, digits, ., _ and -, at most 200', default: 'PIPELINE_NAME', meaning: 'the group that processing reads as' }),
  LOG_RETENTION: variable({ schema: durationOrForever, form: '`forever` or a duration such as 7d', default: 'forever', meaning: 'how long the embedded log keeps people; dead letters and the journal are spared' }),
  LOG_MAX_BYTES: variable({ schema: byteSizeOrUnlimited, form: '`unlimited` or a size such as 10GB', default: '10GB', meaning: 'how large the embedded log may grow, likewise' }),
  USER_REPOSITORY: variable({ schema: oneOf('sqlite'), form: 'sqlite', default: 'sqlite', meaning: 'the table: `sqlite` is embedded' }),
  INGEST_MODE: variable({ schema: oneOf('continuous', 'scheduled', 'manual'), form: 'continuous, scheduled or manual', default: 'continuous (`file`: manual)', meaning: 'windows that touch, windows of a cron expression, or only runs that somebody asks for' }),
  INGEST_RATE: variable({ schema: number(0, 1_000_000), form: 'users per second, 0 to 1000000', default: '5 (`file`: 0)', meaning: 'users per second; 0 is as fast as the source gives' }),
  INGEST_PAGE_SIZE: variable({ schema: wholeNumber(1, 5_000), form: 'a whole number, 1 to 5000', default: '20 (`file`: 500)', meaning: 'users per request to the source' }),
  INGEST_CRON: variable({ schema: cron, form: 'a cron expression of 5 or 6 fields', default: '0 0 * * *', meaning: 'when scheduled windows begin' }),
  INGEST_TIMEZONE: variable({ schema: timeZone, form: 'an IANA time zone such as Europe/London', default: 'UTC', meaning: 'the time zone of INGEST_CRON' }),
  INGEST_WINDOW: variable({ schema: duration, form: 'a duration such as 60s or 10m', default: '60s (continuous: 10m)', meaning: 'how long a run publishes' }),
  LOG_LEVEL: variable({ schema: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace'), form: 'fatal, error, warn, info, debug or trace', default: 'info', meaning: 'the least severe log lines to write' }),
  LOG_FORMAT: variable({ schema: oneOf('pretty', 'json'), form: 'pretty or json', default: 'pretty on a terminal, else json', meaning: 'how log lines look' }),
} as const satisfies Record<string, Variable>;

export type VariableName = keyof typeof VARIABLES;

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}
