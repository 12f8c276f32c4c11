import { type TopicSpec } from '../../ports/event-topics.port.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const MIB = 1_048_576;

/**
 * One partition, since the fold needs one order; compacted by key, never sooner than a week, since who holds a run
 * depends on each renewal. Wrong settings break promises, so they are refused.
 */
export function journalTopic(pipeline: string): TopicSpec {
  return {
    name: `${pipeline}_journal`,
    partitions: 1,
    cleanup: { policy: 'compact', minAgeMs: 7 * DAY_MS },
    maxEventBytes: MIB,
    whenItExists: 'exact',
  };
}

/** Who is alive, and rates: worth nothing after a few minutes. */
export function heartbeatsTopic(pipeline: string): TopicSpec {
  return {
    name: `${pipeline}_heartbeats`,
    partitions: 1,
    cleanup: { policy: 'delete', maxAgeMs: 10 * MINUTE_MS, maxBytes: null },
    maxEventBytes: MIB,
    whenItExists: 'any',
  };
}
