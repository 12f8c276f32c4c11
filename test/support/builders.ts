import { randomUUID } from 'node:crypto';
import { encodeUserCreated } from '../../src/domain/user-created.codec.js';
import { type RecordedEvent } from '../../src/domain/event-record.js';
import { type ReceivedUserCreated, type UserCreated } from '../../src/domain/user-created.js';

/** Sometime in 2026, in microseconds. */
export const SOME_TIME_MICROS = Date.UTC(2026, 5, 1) * 1_000;

export function aUserCreated(given: Partial<UserCreated> & { userId?: string; fields?: Record<string, string> } = {}): UserCreated {
  const { userId = randomUUID(), fields = { first_name: 'Ada', last_name: 'Lovelace', email: `ada.${userId.slice(0, 8)}@example.com` }, ...rest } = given;
  return {
    id: randomUUID(),
    source: '/userstream/test',
    timeMicros: SOME_TIME_MICROS,
    user: { id: userId, fields },
    runId: null,
    fetchedAtMs: null,
    redriveOf: null,
    ...rest,
  };
}

export function aReceivedUserCreated(given: Parameters<typeof aUserCreated>[0] & { partition?: number; offset?: number } = {}): ReceivedUserCreated {
  const { partition = 0, offset = 0, ...rest } = given;
  return { ...aUserCreated(rest), topic: 'users_created', partition, offset };
}

/** A record as it lies on the log: by default a valid event of ours. */
export function aRecordedEvent(given: Partial<RecordedEvent> = {}): RecordedEvent {
  const encoded = encodeUserCreated(aUserCreated());
  return {
    topic: 'users_created',
    partition: 0,
    offset: 0,
    timestampMs: SOME_TIME_MICROS / 1_000 + 1_000,
    timestampType: 'append',
    key: encoded.key === null ? null : Buffer.from(encoded.key),
    value: encoded.value,
    headers: encoded.headers,
    ...given,
  };
}

/** A record of somebody else's producer: a value, and nothing around it. */
export function aForeignEvent(value: string | Buffer | null, given: Partial<RecordedEvent> = {}): RecordedEvent {
  return aRecordedEvent({ key: null, headers: {}, value: typeof value === 'string' ? Buffer.from(value) : value, ...given });
}
