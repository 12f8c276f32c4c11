import { TopicSightings } from '../../../../src/adapters/event-bus-kafka/topic-sightings.js';
import { FakeClock } from '../../../support/fake-clock.js';

describe('TopicSightings', () => {
  it('has a topic that was seen as news for half a minute, and no other', async () => {
    const clock = new FakeClock();
    const sightings = new TopicSightings(clock);
    sightings.saw('made');
    expect([sightings.isNews('made'), sightings.isNews('other')]).toEqual([true, false]);
    await clock.advance(29_999);
    expect(sightings.isNews('made')).toBe(true);
    await clock.advance(1);
    expect(sightings.isNews('made')).toBe(false);
  });
});
