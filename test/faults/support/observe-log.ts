import { type RecordedEvent } from '../../../src/domain/event-record.js';
import { type EventLog } from '../../../src/ports/event-log.port.js';
import { UnknownTopicError } from '../../../src/ports/event-bus.errors.js';
import { type Observation } from './observation.js';

/** The log's part of an observation. The committed offsets are read first: what was committed then is there to be seen. */
export async function observeLog(log: EventLog, topic: string, group: string): Promise<Omit<Observation, 'rows'>> {
  const committed = await log.committed(topic, group);
  const offsets = await log.offsets(topic);
  return { committed, offsets, records: await everything(log, topic), deadLetters: await everything(log, `${topic}_dlq`) };
}

async function everything(log: EventLog, topic: string): Promise<readonly RecordedEvent[]> {
  const records: RecordedEvent[] = [];
  for (const { partition, first, end } of await offsetsOf(log, topic)) {
    for await (const batch of log.read({ topic, partition, from: first, to: end })) records.push(...batch);
  }
  return records;
}

/** The dead-letter topic is made by the first process that handles events. */
async function offsetsOf(log: EventLog, topic: string) {
  try {
    return await log.offsets(topic);
  } catch (error) {
    if (error instanceof UnknownTopicError) return [];
    throw error;
  }
}
