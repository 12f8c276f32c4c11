import { type Fault } from './invalid-environment.error.js';
import { type Values } from './read-variables.js';
import { isEmbedded, sourceOf } from './source-of.js';
import { TUTORIAL_FIELDS } from './user-fields.js';
import { type Variable } from './variable.js';
import { VARIABLES, type VariableName } from './variables.js';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** What is wrong between variables, each of which is fine alone. What was found at fault already is not said twice. */
export function contradictions(values: Values, found: readonly Fault[]): Fault[] {
  const broken = new Set(found.map((fault) => fault.name));
  for (const [name, { secret }] of Object.entries<Variable>(VARIABLES)) if (secret === true && broken.has(`${name}_FILE`)) broken.add(name);
  const faults = [...ofSource(values), ...ofFields(values), ...ofAccess(values), ...ofKafka(values), ...ofCassandra(values)];
  return faults.filter((fault) => !broken.has(fault.name));
}

function ofSource(values: Values): Fault[] {
  const { USER_SOURCE: source, USER_SOURCE_FILE: file } = values;
  const faults: Fault[] = [];
  if (source === 'file' && file === undefined) faults.push({ name: 'USER_SOURCE_FILE', expected: 'a path, since USER_SOURCE is file' });
  if (file !== undefined && !/\.(ndjson|jsonl|csv)$/i.test(file)) faults.push({ name: 'USER_SOURCE_FILE', expected: VARIABLES.USER_SOURCE_FILE.form });
  if (source === 'auto' && !isEmbedded(values)) {
    faults.push({ name: 'USER_SOURCE', expected: 'randomuser, synthetic or file, since EVENT_BUS or USER_REPOSITORY is not sqlite: invented people get there only if they are asked for by name' });
  }
  return faults;
}

/** A name that its source does not know would be a column that stays empty for ever, and nobody would be told. */
function ofFields(values: Values): Fault[] {
  const source = sourceOf(values);
  const ingests = values.ROLES?.includes('ingestion') ?? true;
  if (!ingests || source === 'file' || values.USER_FIELDS?.every((field) => TUTORIAL_FIELDS.includes(field)) !== false) return [];
  return [{ name: 'USER_FIELDS', expected: `of ${TUTORIAL_FIELDS.join(', ')} alone, since USER_SOURCE is ${source}; other fields are for USER_SOURCE=file, and for processes without the ingestion role` }];
}

function ofAccess(values: Values): Fault[] {
  const admin = values.ROLES?.includes('admin') ?? true;
  if (!admin || LOOPBACK.test(values.HTTP_HOST ?? '127.0.0.1') || values.ADMIN_API_KEY !== undefined) return [];
  return [{ name: 'ADMIN_API_KEY', expected: 'a key, since HTTP_HOST is not a loopback address and this process has the admin role' }];
}

function ofKafka(values: Values): Fault[] {
  if (values.EVENT_BUS !== 'kafka') return [];
  return [
    ...required(values, 'KAFKA_BROKERS', 'EVENT_BUS is kafka'),
    ...ofTls(values, 'KAFKA'),
    ...allOrNone(values, ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD']),
  ];
}

function ofCassandra(values: Values): Fault[] {
  if (values.USER_REPOSITORY !== 'cassandra') return [];
  return [
    ...required(values, 'CASSANDRA_CONTACT_POINTS', 'USER_REPOSITORY is cassandra'),
    ...ofTls(values, 'CASSANDRA'),
    ...allOrNone(values, ['CASSANDRA_USERNAME', 'CASSANDRA_PASSWORD']),
  ];
}

/** Certificates without TLS would be no TLS at all, silently. */
function ofTls(values: Values, server: 'KAFKA' | 'CASSANDRA'): Fault[] {
  const certificates = [`${server}_SSL_CA`, `${server}_SSL_CERT`, `${server}_SSL_KEY`] as const;
  const given = certificates.find((name) => values[name] !== undefined);
  const off: Fault[] = given === undefined || values[`${server}_SSL`] === true ? [] : [{ name: `${server}_SSL`, expected: `true, since ${given} is set` }];
  return [...off, ...allOrNone(values, [`${server}_SSL_CERT`, `${server}_SSL_KEY`])];
}

function required(values: Values, name: VariableName, because: string): Fault[] {
  return values[name] === undefined ? [{ name, expected: `${VARIABLES[name].form}, since ${because}` }] : [];
}

function allOrNone(values: Values, names: readonly VariableName[]): Fault[] {
  const given = names.find((name) => values[name] !== undefined);
  return given === undefined ? [] : names.flatMap((name) => required(values, name, `${given} is set`));
}
