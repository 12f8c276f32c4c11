import { z } from 'zod';
import { type OutgoingEvent, type RecordedEvent } from '../../domain/event-record.js';

/** What an instance says of itself, once a second. */
export interface InstanceHeartbeat {
  readonly instanceId: string;
  readonly roles: readonly string[];
  readonly version: string;
  readonly pid: number;
  readonly host: string;
  /** Where its HTTP listens, `http://127.0.0.1:3000`; null until it is known. */
  readonly address: string | null;
  /** Milliseconds since 1970, by that instance's clock. */
  readonly startedAtMs: number;
  readonly atMs: number;
  /** What its modules contributed, by their names. */
  readonly vitals: Readonly<Record<string, unknown>>;
}

/** A heartbeat on the wire; the last one of an instance that stops in order says so. */
export interface HeartbeatMessage extends InstanceHeartbeat {
  readonly leaving: boolean;
}

const schema: z.ZodType<HeartbeatMessage> = z.object({
  instanceId: z.string(),
  roles: z.array(z.string()),
  version: z.string(),
  pid: z.number(),
  host: z.string(),
  address: z.string().nullable(),
  startedAtMs: z.number(),
  atMs: z.number(),
  vitals: z.record(z.string(), z.unknown()),
  leaving: z.boolean(),
});

export function encodeHeartbeat(message: HeartbeatMessage): OutgoingEvent {
  return { key: message.instanceId, value: Buffer.from(JSON.stringify(message)), headers: { 'content-type': 'application/json' } };
}

/** Null for what is no heartbeat, or one of a version that reads otherwise: it is worth nothing in a few seconds anyway. */
export function decodeHeartbeat(recorded: RecordedEvent): HeartbeatMessage | null {
  try {
    return schema.parse(JSON.parse(recorded.value?.toString('utf8') ?? ''));
  } catch {
    return null;
  }
}
