import { encodeUserCreated } from '../../../src/domain/user-created.codec.js';
import { type UserCreated } from '../../../src/domain/user-created.js';
import { NOTHING_WRONG, verdictOf, type Verdict } from '../../faults/support/checker.js';
import { attemptedOf, History } from '../../faults/support/history.js';
import { type Observation, type Row } from '../../faults/support/observation.js';
import { aRecordedEvent, aUserCreated, SOME_TIME_MICROS } from '../../support/builders.js';

const [ada, grace] = ['6f1b4c0e-0000-4000-8000-000000000001', '6f1b4c0e-0000-4000-8000-000000000002'];

const recordOf = (event: UserCreated, offset: number, partition = 0) => {
  const { key, value, headers } = encodeUserCreated(event);
  return aRecordedEvent({ partition, offset, key: key === null ? null : Buffer.from(key), value, headers, timestampMs: Date.now() });
};
const rowOf = (event: UserCreated, offset: number, partition = 0): Row => ({ userId: event.user.id, fields: event.user.fields, timeMicros: event.timeMicros, partition, offset });
const letterOf = (offset: number, partition = 0) => aRecordedEvent({ topic: 'users_created_dlq', headers: { dl_partition: String(partition), dl_offset: String(offset) } });

/** Two events of Ada and one of Grace, published in that order, all acknowledged and all stored. */
function allWell() {
  const events = [aUserCreated({ userId: ada, timeMicros: SOME_TIME_MICROS }), aUserCreated({ userId: grace, timeMicros: SOME_TIME_MICROS + 1 }), aUserCreated({ userId: ada, timeMicros: SOME_TIME_MICROS + 2, fields: { first_name: 'A', last_name: 'King', email: 'a@example.com' } })] as const;
  const history = new History();
  history.attempt(attemptedOf(events));
  history.acknowledge(events.map(({ id }) => id));
  const seen: Observation = {
    records: events.map((event, offset) => recordOf(event, offset)),
    deadLetters: [],
    rows: [rowOf(events[2], 2), rowOf(events[1], 1)],
    offsets: [{ partition: 0, first: 0, end: 3 }],
    committed: [{ partition: 0, offset: 3, tally: { began: 0, stored: 3, dead: 0, skipped: 0 } }],
  };
  return { events, history, seen };
}

const wrong = (what: Partial<Verdict>): Verdict => ({ ...NOTHING_WRONG, ...what });

describe('the checker of the fault tests', () => {
  it('has nothing to say where all is well, an older event overtaken included', () => {
    const { history, seen } = allWell();
    expect(verdictOf(history, seen)).toEqual(NOTHING_WRONG);
  });

  it('names an acknowledged event that is on the log and not in the table', () => {
    const { events, history, seen } = allWell();
    expect(verdictOf(history, { ...seen, rows: [rowOf(events[2], 2)] })).toEqual(wrong({ lost: [events[1].id], unseen: [events[1].id] }));
  });

  it('names an acknowledged event that is nowhere at all, but none that is only in doubt', () => {
    const { events, history, seen } = allWell();
    const [missing, doubtful] = [aUserCreated(), aUserCreated()];
    history.attempt(attemptedOf([missing, doubtful]));
    history.acknowledge([missing.id]);
    history.doubt([doubtful.id, events[0].id]);
    expect(verdictOf(history, seen)).toEqual(wrong({ lost: [missing.id] }));
  });

  it('names an event on the log, though in doubt, that nobody handled', () => {
    const { history, seen } = allWell();
    const doubtful = aUserCreated();
    history.attempt(attemptedOf([doubtful]));
    history.doubt([doubtful.id]);
    expect(verdictOf(history, { ...seen, records: [...seen.records, recordOf(doubtful, 3)] })).toEqual(wrong({ unseen: [doubtful.id] }));
  });

  it('names what nobody published, on the log and in the table', () => {
    const { history, seen } = allWell();
    const stranger = aUserCreated();
    expect(verdictOf(history, { ...seen, records: [...seen.records, recordOf(stranger, 3)], rows: [...seen.rows, rowOf(stranger, 3)] })).toEqual(wrong({ phantom: [stranger.id, stranger.user.id] }));
  });

  it('names a user with two rows', () => {
    const { events, history, seen } = allWell();
    expect(verdictOf(history, { ...seen, rows: [...seen.rows, rowOf(events[1], 1)] })).toEqual(wrong({ duplicatedRows: [grace] }));
  });

  it('names a row of an older event, and one of the right event with another value', () => {
    const { events, history, seen } = allWell();
    expect(verdictOf(history, { ...seen, rows: [rowOf(events[0], 0), rowOf(events[1], 1)] })).toMatchObject({ stale: [ada], lost: [events[2].id] });
    const mixed = { ...rowOf(events[2], 2), fields: { ...events[2].user.fields, first_name: 'Ada' } };
    expect(verdictOf(history, { ...seen, rows: [mixed, rowOf(events[1], 1)] })).toEqual(wrong({ stale: [ada] }));
  });

  it("names a user whose events changed places on the log, but no repeat behind a user's last", () => {
    const { events, history, seen } = allWell();
    const swapped = [recordOf(events[2], 0), recordOf(events[1], 1), recordOf(events[0], 2)];
    expect(verdictOf(history, { ...seen, records: swapped, rows: [rowOf(events[2], 0), rowOf(events[1], 1)] })).toEqual(wrong({ reordered: [ada] }));
    const repeated = [...seen.records, recordOf(events[0], 3)];
    expect(verdictOf(history, { ...seen, records: repeated })).toEqual(NOTHING_WRONG);
    const apart = [recordOf(events[0], 0, 1), ...seen.records.slice(1)];
    expect(verdictOf(history, { ...seen, records: apart })).toEqual(wrong({ reordered: [ada] }));
  });

  it('names a dead letter that should be none, and poison that is none', () => {
    const { events, history, seen } = allWell();
    expect(verdictOf(history, { ...seen, deadLetters: [letterOf(1)], rows: [rowOf(events[2], 2)] })).toEqual(wrong({ wronglyDead: [events[1].id] }));
    history.poison.add(events[1].id);
    expect(verdictOf(history, { ...seen, deadLetters: [letterOf(1)], rows: [rowOf(events[2], 2)] })).toEqual(NOTHING_WRONG);
    expect(verdictOf(history, seen)).toEqual(wrong({ wronglyDead: [events[1].id] }));
  });

  it('names a partition that was not read to its end, and one whose tally does not add up', () => {
    const { history, seen } = allWell();
    const committed = (offset: number, stored: number): Observation => ({ ...seen, committed: [{ partition: 0, offset, tally: { began: 0, stored, dead: 0, skipped: 0 } }] });
    for (const { unbalanced } of [committed(2, 2), committed(3, 2), { ...seen, committed: [] }].map((observed) => verdictOf(history, observed))) expect(unbalanced).toHaveLength(1);
  });
});
