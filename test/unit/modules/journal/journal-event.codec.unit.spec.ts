import { readFileSync } from 'node:fs';
import { type Headers, type RecordedEvent } from '../../../../src/domain/event-record.js';
import { decodeJournalEvent, encodeJournalEvent } from '../../../../src/modules/journal/journal-event.codec.js';
import { type JournalEvent } from '../../../../src/modules/journal/journal-event.js';
import { JOURNAL_EVENT_SCHEMAS } from '../../../../src/modules/journal/journal-event.schema.js';
import { ONE_OF_EACH } from './some-events.js';

const AUTHOR = { id: '01890a5d-ac96-774b-bcce-b302099a8057', source: '/userstream/test/one', timeMs: Date.UTC(2026, 5, 1) };

function recorded(event: JournalEvent, changes: { headers?: Headers; value?: Buffer | null } = {}): RecordedEvent {
  const encoded = encodeJournalEvent(event, AUTHOR);
  return {
    topic: 'test_journal',
    partition: 0,
    offset: 7,
    timestampMs: 1_234,
    timestampType: 'append',
    key: Buffer.from(encoded.key ?? ''),
    value: changes.value === undefined ? encoded.value : changes.value,
    headers: { ...encoded.headers, ...changes.headers },
  };
}

const [SOME_EVENT] = ONE_OF_EACH as [JournalEvent];
const json = (value: unknown) => Buffer.from(JSON.stringify(value));

describe('the journal on the wire', () => {
  it.each(ONE_OF_EACH.map((event) => [event.type, event] as const))('gives back a %s as it was written', (_type, event) => {
    expect(decodeJournalEvent(recorded(event))).toEqual({ kind: 'event', recorded: { id: AUTHOR.id, offset: 7, appendedAtMs: 1_234, event } });
  });

  it('has a sample of every type in these tests', () => {
    expect(ONE_OF_EACH.map(({ type }) => type).sort()).toEqual(Object.keys(JOURNAL_EVENT_SCHEMAS).sort());
  });

  it('names id, type, time, author and version in CloudEvents headers', () => {
    expect(encodeJournalEvent({ type: 'source.chosen', source: { name: 'synthetic', parameters: {} }, reason: 'r' }, AUTHOR).headers).toEqual({
      ce_specversion: '1.0',
      ce_id: AUTHOR.id,
      ce_type: 'source.chosen',
      ce_source: '/userstream/test/one',
      ce_time: '2026-06-01T00:00:00.000Z',
      ce_dataschema: 'urn:userstream:journal:source.chosen:v1',
      'content-type': 'application/json',
    });
  });

  it('keys every event with its own id, so that compaction keeps it, but progress with its claim', () => {
    const keys = ONE_OF_EACH.map((event) => [event.type, encodeJournalEvent(event, AUTHOR).key]);
    expect(keys).toEqual(ONE_OF_EACH.map(({ type }) => [type, type === 'run.progressed' ? 'claim-1' : AUTHOR.id]));
  });

  it('reads what version 1 wrote', () => {
    interface Stored { headers: Headers; value: unknown; reads: JournalEvent }
    const stored = JSON.parse(readFileSync('test/fixtures/journal/version-1.json', 'utf8')) as Stored[];
    expect(stored.map(({ reads }) => reads.type).sort()).toEqual(Object.keys(JOURNAL_EVENT_SCHEMAS).sort());
    for (const { headers, value, reads } of stored) {
      expect(decodeJournalEvent({ ...recorded(SOME_EVENT), headers, value: json(value) })).toMatchObject({ kind: 'event', recorded: { event: reads } });
    }
  });
});

describe('older and newer versions', () => {
  const upcasters = {
    'source.chosen': [
      (data: Readonly<Record<string, unknown>>) => ({ ...data, source: { name: data['from'], parameters: {} } }),
      (data: Readonly<Record<string, unknown>>) => ({ ...data, reason: String(data['why']).toUpperCase() }),
    ],
  };
  const chosen = { type: 'source.chosen', source: { name: 'synthetic', parameters: {} }, reason: 'r' } as const;
  const version = (number: number, value: unknown) => recorded(chosen, { headers: { ce_dataschema: `urn:userstream:journal:source.chosen:v${number}` }, value: json(value) });

  it('brings version 1 up to date step by step, in order', () => {
    expect(decodeJournalEvent(version(1, { from: 'file', why: 'asked' }), upcasters)).toMatchObject({ recorded: { event: { source: { name: 'file' }, reason: 'ASKED' } } });
  });

  it('takes only the steps that are left for version 2', () => {
    const value = { source: { name: 'randomuser', parameters: {} }, from: 'file', why: 'asked' };
    expect(decodeJournalEvent(version(2, value), upcasters)).toMatchObject({ recorded: { event: { source: { name: 'randomuser' }, reason: 'ASKED' } } });
  });

  it('reads the present version as it is', () => {
    expect(decodeJournalEvent(version(3, { source: chosen.source, reason: 'as it is', why: 'x' }), upcasters)).toMatchObject({ recorded: { event: { reason: 'as it is' } } });
  });

  it('calls a version from the future unknown, not malformed', () => {
    expect(decodeJournalEvent(version(4, {}), upcasters)).toEqual({ kind: 'unknown', what: 'source.chosen version 4' });
  });

  it('calls data malformed on which a step fails', () => {
    const failing = { 'source.chosen': [() => { throw new TypeError('no such member'); }] };
    expect(decodeJournalEvent(version(1, {}), failing)).toMatchObject({ kind: 'malformed' });
  });

  it('drops members that a newer writer has added', () => {
    const value = { source: chosen.source, reason: 'r', invented: true };
    expect(decodeJournalEvent(version(1, value))).toMatchObject({ kind: 'event', recorded: { event: chosen } });
  });
});

describe('what is no journal event', () => {
  it('is unknown if its type is one of a newer Userstream', () => {
    const headers = { ce_type: 'replay.started', ce_dataschema: 'urn:userstream:journal:replay.started:v1' };
    expect(decodeJournalEvent(recorded(SOME_EVENT, { headers }))).toEqual({ kind: 'unknown', what: 'replay.started' });
  });

  it.each<[string, { headers?: Headers; value?: Buffer | null }]>([
    ['no id', { headers: { ce_id: '' } }],
    ['no schema', { headers: { ce_dataschema: 'nothing' } }],
    ['a schema of another type', { headers: { ce_type: 'run.finished' } }],
    ['version 0', { headers: { ce_dataschema: 'urn:userstream:journal:run.requested:v0' } }],
    ['no value', { value: null }],
    ['an empty value', { value: Buffer.alloc(0) }],
    ['no JSON', { value: Buffer.from('{"request":') }],
    ['null', { value: json(null) }],
    ['a list', { value: json([1]) }],
    ['a member of the wrong type', { value: json({ request: { count: 'ten', windowMs: null, rate: null, seed: null }, by: { actor: 'a', reason: null } }) }],
    ['a missing member', { value: json({ request: { count: 10, windowMs: null, rate: null, seed: null } }) }],
  ])('is malformed: %s', (_what, changes) => {
    expect(decodeJournalEvent(recorded(SOME_EVENT, changes)).kind).toBe('malformed');
  });

  it('names members in its reason and quotes nothing', () => {
    const decoded = decodeJournalEvent(recorded(SOME_EVENT, { value: json({ request: { count: 'secret' }, by: 'secret' }) }));
    expect(decoded).toMatchObject({ kind: 'malformed', reason: expect.stringContaining('request.count') as string });
    expect(JSON.stringify(decoded)).not.toContain('secret');
  });
});
