import { type Config } from './config.js';
import { InvalidEnvironmentError, type Fault } from './invalid-environment.error.js';
import { readVariables, type Environment, type Values } from './read-variables.js';
import { closeNames } from './close-names.js';
import { ROLES } from './roles.js';

export interface ParsedEnvironment {
  readonly config: Config;
  /** Names that are close to one of ours and mean nothing: a sentence each. */
  readonly warnings: readonly string[];
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/**
 * The environment, once and whole. `readFile` gives the text of a `<NAME>_FILE`.
 * @throws InvalidEnvironmentError - names every fault at once, with the expected form and no value.
 */
export function parseEnvironment(environment: Environment, readFile: (path: string) => string): ParsedEnvironment {
  const { values, faults } = readVariables(environment, readFile);
  faults.push(...contradictions(values, faults));
  const warnings = closeNames(Object.keys(environment));
  if (faults.length > 0) throw new InvalidEnvironmentError(faults, warnings);
  return { config: deepFreeze(toConfig(values)), warnings };
}

/** What is wrong between variables, each of which is fine alone. */
function contradictions(values: Values, found: readonly Fault[]): Fault[] {
  const faults: Fault[] = [];
  const broken = new Set(found.map((fault) => fault.name));
  if (values.USER_SOURCE === 'file' && values.USER_SOURCE_FILE === undefined && !broken.has('USER_SOURCE_FILE')) {
    faults.push({ name: 'USER_SOURCE_FILE', expected: 'a path, since USER_SOURCE is file' });
  }
  if (values.USER_SOURCE_FILE !== undefined && !/\.(ndjson|jsonl|csv)$/i.test(values.USER_SOURCE_FILE)) {
    faults.push({ name: 'USER_SOURCE_FILE', expected: 'a path ending in .ndjson, .jsonl or .csv' });
  }
  const host = values.HTTP_HOST ?? '127.0.0.1';
  const admin = values.ROLES?.includes('admin') ?? true;
  if (admin && !LOOPBACK.test(host) && values.ADMIN_API_KEY === undefined && !broken.has('ADMIN_API_KEY')) {
    faults.push({ name: 'ADMIN_API_KEY', expected: 'a key, since HTTP_HOST is not a loopback address and this process has the admin role' });
  }
  return faults;
}

function toConfig(values: Values): Config {
  const roles = ROLES.filter((role) => values.ROLES?.includes(role) ?? true);
  const pipeline = values.PIPELINE_NAME ?? 'userstream';
  const usersTopic = values.USERS_TOPIC ?? 'users_created';
  const file = (values.USER_SOURCE ?? 'auto') === 'file';
  const mode = values.INGEST_MODE ?? (file ? 'manual' : 'continuous');
  return {
    roles,
    pipeline,
    http: { host: values.HTTP_HOST ?? '127.0.0.1', port: values.HTTP_PORT ?? (roles.includes('admin') ? 3_000 : 0) },
    apiKey: values.ADMIN_API_KEY ?? null,
    dataDir: values.DATA_DIR ?? './data',
    source: { choice: values.USER_SOURCE ?? 'auto', randomUserUrl: values.RANDOMUSER_URL ?? 'https://randomuser.me/api/1.4/', file: values.USER_SOURCE_FILE ?? null },
    bus: {
      kind: values.EVENT_BUS ?? 'sqlite',
      usersTopic,
      deadLetterTopic: `${usersTopic}_dlq`,
      group: values.CONSUMER_GROUP ?? pipeline,
      partitions: values.TOPIC_PARTITIONS ?? 4,
      retention: { maxAgeMs: values.LOG_RETENTION ?? null, maxBytes: values.LOG_MAX_BYTES === undefined ? 10_000_000_000 : values.LOG_MAX_BYTES },
    },
    repository: { kind: values.USER_REPOSITORY ?? 'sqlite' },
    ingest: {
      mode,
      rate: values.INGEST_RATE ?? (file ? 0 : 5),
      pageSize: values.INGEST_PAGE_SIZE ?? (file ? 500 : 20),
      windowMs: values.INGEST_WINDOW ?? (mode === 'continuous' ? 600_000 : 60_000),
      cron: values.INGEST_CRON ?? '0 0 * * *',
      timezone: values.INGEST_TIMEZONE ?? 'UTC',
    },
    log: { level: values.LOG_LEVEL ?? 'info', format: values.LOG_FORMAT ?? null },
  };
}

function deepFreeze<Value extends object>(value: Value): Value {
  for (const inner of Object.values(value) as unknown[]) if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  return Object.freeze(value);
}
