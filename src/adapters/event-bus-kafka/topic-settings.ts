import { type TopicSpec } from '../../ports/event-topics.port.js';

/** What a batch takes besides the key, value and headers of its one event: its own header, lengths, a few bytes for each header of the event. */
const OVERHEAD_BYTES = 1_024;

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
const MIB = 1_048_576;
const NONE = -1;

/** The limit of a topic that takes events of this size: Kafka's speaks of whole batches. */
export function maxMessageBytesOf(maxEventBytes: number): number {
  return maxEventBytes + OVERHEAD_BYTES;
}

/** The largest event for a topic of this limit, whoever made it. */
export function maxEventBytesOf(maxMessageBytes: number): number {
  return Math.max(0, maxMessageBytes - OVERHEAD_BYTES);
}

/** Kafka's settings for a topic that we make. */
export function settingsOf({ cleanup, partitions, maxEventBytes }: TopicSpec): Readonly<Record<string, string>> {
  const common = { 'message.timestamp.type': 'LogAppendTime', 'max.message.bytes': text(maxMessageBytesOf(maxEventBytes)) };
  if (cleanup.policy === 'compact') return { ...common, ...compactSettings(cleanup.minAgeMs) };
  const { maxAgeMs, maxBytes } = cleanup;
  return {
    ...common,
    'cleanup.policy': 'delete',
    'retention.ms': text(maxAgeMs ?? NONE),
    'retention.bytes': text(maxBytes === null ? NONE : bytesOfPartition(maxBytes, partitions)),
    ...segmentsFor(maxAgeMs),
  };
}

/** The settings on which a promise hangs, of a topic that must be exact. */
export function neededSettings(spec: TopicSpec): Readonly<Record<string, string>> {
  const { 'segment.ms': _ms, 'segment.bytes': _bytes, 'min.cleanable.dirty.ratio': _ratio, 'delete.retention.ms': _deleted, ...needed } = settingsOf(spec);
  return needed;
}

/** Those that differ, as `name is found and must be needed`. A topic may take larger events than it must. */
export function differences(found: ReadonlyMap<string, string>, needed: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(needed).flatMap(([name, value]) => {
    const is = found.get(name) ?? 'unknown';
    const holds = name === 'max.message.bytes' ? Number(is) >= Number(value) : is === value;
    if (holds) return [];
    return [name === 'max.message.bytes' ? `${name} is ${is} and must be at least ${value}` : `${name} is ${is} and must be ${value}`];
  });
}

/**
 * A segment is compacted only when a new one has begun, and only after `min.compaction.lag.ms`: a day's segments keep
 * that going in a log of little traffic, and the low ratio does not wait until half of it is old.
 */
function compactSettings(minAgeMs: number): Readonly<Record<string, string>> {
  return {
    'cleanup.policy': 'compact',
    'min.compaction.lag.ms': text(minAgeMs),
    'segment.ms': text(Math.max(HOUR_MS, Math.min(DAY_MS, minAgeMs))),
    'min.cleanable.dirty.ratio': '0.1',
    'delete.retention.ms': text(DAY_MS),
  };
}

/** Retention removes whole segments: what is to go after minutes must not wait for a week's. */
function segmentsFor(maxAgeMs: number | null): Readonly<Record<string, string>> {
  if (maxAgeMs === null || maxAgeMs > DAY_MS) return {};
  return { 'segment.ms': text(Math.max(60_000, Math.floor(maxAgeMs / 2))), 'segment.bytes': text(16 * MIB) };
}

function bytesOfPartition(maxBytes: number, partitions: number): number {
  return Math.floor(maxBytes / partitions);
}

function text(value: number): string {
  return String(value);
}
