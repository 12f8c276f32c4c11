/** The log that `{ dataDir }` or `{ brokers }` names, with our EventPublisher on it. Only what one needs is loaded. Close it. */
export async function openOurLog(where) {
  if ('brokers' in where) return (await import('./kafka-log.mjs')).openKafkaLog(where);
  return (await import('./embedded-log.mjs')).openLog(where);
}
