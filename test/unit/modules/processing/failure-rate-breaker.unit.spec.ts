import { FailureRateBreaker } from '../../../../src/modules/processing/failure-rate-breaker.js';
import { FakeClock } from '../../../support/fake-clock.js';

describe('FailureRateBreaker', () => {
  it('trips at half of 200 events, and says what it saw', () => {
    expect(new FailureRateBreaker(new FakeClock()).record(200, 100)).toEqual({ events: 200, dead: 100, windowMs: 60_000 });
  });

  it.each([
    [199, 199],
    [200, 99],
    [1_000, 499],
  ])('does not trip at %i events with %i dead', (events, dead) => {
    expect(new FailureRateBreaker(new FakeClock()).record(events, dead)).toBeNull();
  });

  it('adds batches up', () => {
    const breaker = new FailureRateBreaker(new FakeClock());

    expect(breaker.record(150, 20)).toBeNull();
    expect(breaker.record(50, 50)).toBeNull();
    expect(breaker.record(60, 60)).toMatchObject({ events: 260, dead: 130 });
  });

  it('forgets what is older than a minute', async () => {
    const clock = new FakeClock();
    const breaker = new FailureRateBreaker(clock);
    breaker.record(150, 150);
    await clock.advance(60_000);

    expect(breaker.record(100, 60)).toBeNull();
    await clock.advance(59_000);
    expect(breaker.record(100, 60)).toMatchObject({ events: 200, dead: 120 });
  });

  it('counts anew after it has tripped', () => {
    const breaker = new FailureRateBreaker(new FakeClock());
    breaker.record(200, 200);

    expect(breaker.record(199, 199)).toBeNull();
    expect(breaker.record(1, 0)).toMatchObject({ events: 200, dead: 199 });
  });
});
