import { TopicSightings } from '../../../../src/adapters/event-bus-kafka/topic-sightings.js';
import { FakeClock } from '../../../support/fake-clock.js';

describe('TopicSightings', () => {
  it('asks for patience with a topic that was seen in the last half minute, and for little with any other', async () => {
    const clock = new FakeClock();
    const sightings = new TopicSightings(clock);
    sightings.saw('made');
    expect([sightings.patienceMs('made'), sightings.patienceMs('other')]).toEqual([10_000, 300]);
    await clock.advance(29_999);
    expect(sightings.patienceMs('made')).toBe(10_000);
    await clock.advance(1);
    expect(sightings.patienceMs('made')).toBe(300);
  });
});
