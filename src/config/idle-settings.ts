import { type Values } from './read-variables.js';

/** A sentence for the settings of a server that is not used: set for nothing, or the switch was forgotten. */
export function idleSettings(values: Values): string[] {
  const kafka = values.EVENT_BUS === 'kafka' ? [] : namesOf(values, /^KAFKA_|^TOPIC_REPLICATION$/);
  const cassandra = values.USER_REPOSITORY === 'cassandra' ? [] : namesOf(values, /^CASSANDRA_/);
  return [...sentence(kafka, 'EVENT_BUS is not kafka'), ...sentence(cassandra, 'USER_REPOSITORY is not cassandra')];
}

function namesOf(values: Values, pattern: RegExp): readonly string[] {
  return Object.keys(values).filter((name) => pattern.test(name));
}

function sentence(names: readonly string[], because: string): string[] {
  return names.length === 0 ? [] : [`${names.join(', ')}: without effect, since ${because}`];
}
