import { textHeader, type OutgoingEvent, type RecordedEvent } from '../../domain/event-record.js';
import { type JournalEvent, type RecordedJournalEvent } from './journal-event.js';
import { JOURNAL_EVENT_SCHEMAS } from './journal-event.schema.js';
import { UPCASTERS, type Upcaster } from './upcasters.js';

/** `urn:userstream:journal:run.claimed:v1`: the type and its version, explicit on every event. */
const SCHEMA = /^urn:userstream:journal:([a-z-]+\.[a-z-]+):v([1-9]\d{0,5})$/;

/** Where a journal event comes from, and when its writer says so; neither decides anything in the fold. */
export interface Authorship {
  readonly id: string;
  /** A URI reference: `/userstream/<pipeline>/<instance>`. */
  readonly source: string;
  readonly timeMs: number;
}

/**
 * What became of a record of the journal. `unknown` is of a type or version that a newer Userstream writes; `malformed`
 * is no journal event at all, and its reason quotes nothing of it.
 */
export type DecodedJournalEvent =
  | { readonly kind: 'event'; readonly recorded: RecordedJournalEvent }
  | { readonly kind: 'unknown'; readonly what: string }
  | { readonly kind: 'malformed'; readonly reason: string };

/**
 * A journal event as it goes on the wire: a CloudEvent in Kafka binary mode. Its key decides what compaction keeps:
 * its own id, so that it stays for ever, but for `run.progressed` the claim, whose newest figures tell all.
 */
export function encodeJournalEvent(event: JournalEvent, by: Authorship): OutgoingEvent {
  const { type, ...data } = event;
  return {
    key: event.type === 'run.progressed' ? event.claimId : by.id,
    value: Buffer.from(JSON.stringify(data)),
    headers: {
      ce_specversion: '1.0',
      ce_id: by.id,
      ce_type: type,
      ce_source: by.source,
      ce_time: new Date(by.timeMs).toISOString(),
      ce_dataschema: `urn:userstream:journal:${type}:v${versionOf(type, UPCASTERS)}`,
      'content-type': 'application/json',
    },
  };
}

/** Reads any version that was ever written: an old one is brought up to date, step by step. Never throws. */
export function decodeJournalEvent(recorded: RecordedEvent, upcasters: Readonly<Record<string, readonly Upcaster[]>> = UPCASTERS): DecodedJournalEvent {
  const id = textHeader(recorded.headers, 'ce_id');
  if (id === undefined || id === '') return malformed('no ce_id');
  const schema = SCHEMA.exec(textHeader(recorded.headers, 'ce_dataschema') ?? '');
  const type = schema?.[1];
  if (type === undefined || type !== textHeader(recorded.headers, 'ce_type')) return malformed('no ce_dataschema that fits ce_type');
  const version = Number(schema?.[2]);
  if (!isKnown(type)) return { kind: 'unknown', what: type };
  if (version > versionOf(type, upcasters)) return { kind: 'unknown', what: `${type} version ${version}` };
  const data = parse(recorded.value);
  if (data === null) return malformed(`${type}: its value is no JSON object`);
  const upcast = bringUpToDate(data, (upcasters[type] ?? []).slice(version - 1));
  if (upcast === null) return malformed(`${type}: not what version ${version} was like`);
  const checked = JOURNAL_EVENT_SCHEMAS[type].safeParse({ ...upcast, type });
  if (!checked.success) return malformed(`${type}: ${checked.error.issues.map((issue) => issue.path.join('.')).join(', ')}`);
  return { kind: 'event', recorded: { id, offset: recorded.offset, appendedAtMs: recorded.timestampMs, event: checked.data } };
}

/** The version that is written now: one more than there are steps up to it. */
function versionOf(type: string, upcasters: Readonly<Record<string, readonly Upcaster[]>>): number {
  return (upcasters[type]?.length ?? 0) + 1;
}

function isKnown(type: string): type is JournalEvent['type'] {
  return Object.hasOwn(JOURNAL_EVENT_SCHEMAS, type);
}

function parse(value: Buffer | null): Record<string, unknown> | null {
  if (value === null) return null;
  try {
    const data: unknown = JSON.parse(value.toString('utf8'));
    return typeof data === 'object' && data !== null && !Array.isArray(data) ? { ...data } : null;
  } catch {
    return null;
  }
}

/** Null where a step fails: data that never was of its version. */
function bringUpToDate(data: Readonly<Record<string, unknown>>, steps: readonly Upcaster[]): Readonly<Record<string, unknown>> | null {
  try {
    return steps.reduce((older, step) => step(older), data);
  } catch {
    return null;
  }
}

function malformed(reason: string): DecodedJournalEvent {
  return { kind: 'malformed', reason };
}
