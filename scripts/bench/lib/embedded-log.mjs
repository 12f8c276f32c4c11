import { built } from './built.mjs';

export const USERS_TOPIC = 'users_created';
export const PARTITIONS = 4;

/** The embedded log of a folder as the app opens it, with the users topic in it. Close it. */
export async function openLog({ dataDir }) {
  const [{ LogFiles }, { SystemClock }, { SqliteEventTopics }, { SqliteEventPublisher }] = await Promise.all([
    built('adapters/event-bus-sqlite/log-files'),
    built('adapters/clock-system/system-clock'),
    built('adapters/event-bus-sqlite/sqlite-event-topics'),
    built('adapters/event-bus-sqlite/sqlite-event-publisher'),
  ]);
  const clock = new SystemClock();
  const files = await LogFiles.open({ dataDir }, clock);
  const cleanup = { policy: 'delete', maxAgeMs: null, maxBytes: null };
  await new SqliteEventTopics(files).ensure([{ name: USERS_TOPIC, partitions: PARTITIONS, cleanup, maxEventBytes: 1_048_576, whenItExists: 'any' }]);
  return { publisher: new SqliteEventPublisher(files, clock), close: () => files.close() };
}
