import { EventReader } from '../../../../src/adapters/event-bus-sqlite/event-reader.js';
import { GroupMembership } from '../../../../src/adapters/event-bus-sqlite/group-membership.js';
import { GroupPositions, type Claim, type GroupPosition } from '../../../../src/adapters/event-bus-sqlite/group-positions.js';
import { PartitionCursor } from '../../../../src/adapters/event-bus-sqlite/partition-cursor.js';
import { aSpec, events } from '../../../contracts/event-bus/harness.js';
import { SqliteBus } from '../../../support/sqlite-bus.js';

describe('the cursor of a partition', () => {
  let bus: SqliteBus;
  beforeEach(async () => {
    bus = await SqliteBus.open();
  });
  afterEach(() => bus.close());

  it('shows nobody a position without its tally', async () => {
    const spec = aSpec();
    await bus.topics.ensure([spec]);
    await bus.publisher.publish(spec.name, events(3));
    const { file, topic } = bus.files.topic(spec.name);
    const membership = new GroupMembership(file.sqlite, 'group', topic, 60_000);
    const now = { nowMs: Date.now(), monotonicMs: 0 };
    const view = file.sqlite.write(() => membership.renew(membership.join(now), [], true, now));
    const claim = view?.claims[0] as Claim;
    const positions = new GroupPositions(file.sqlite, 'group');
    const reader = new EventReader(file.sqlite, spec.name, claim.partition);
    const cursor = new PartitionCursor({ reader, positions, writer: file.writer, claim, compacted: false, nowMs: () => 0, report: () => undefined });
    await cursor.open();
    const shown: (GroupPosition | null)[] = [];
    const forget = file.changes.listen(() => shown.push(positions.find(claim.partition)));

    const batch = reader.read(0, 3, { events: 10, bytes: 10_000 });
    await cursor.passEvents(batch.slice(0, 2), { stored: 1, dead: 1, skipped: 0 });
    await cursor.passEvents(batch.slice(2), { stored: 0, dead: 0, skipped: 1 });

    forget();
    expect(shown).toMatchObject([
      { committed: 2, tally: { began: 0, stored: 1, dead: 1, skipped: 0 }, last: { offset: 1 } },
      { committed: 3, tally: { began: 0, stored: 1, dead: 1, skipped: 1 }, last: { offset: 2 } },
    ]);
  });
});
