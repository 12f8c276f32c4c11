import { SessionHeart } from '../../../../src/adapters/event-bus-kafka/session-heart.js';
import { deferred } from '../../../contracts/event-bus/harness.js';
import { FakeClock } from '../../../support/fake-clock.js';

const protocolError = (type: string) => Object.assign(new Error(type), { type });

describe('heartbeats from the work loop', () => {
  const clock = () => new FakeClock();
  function aHeart(time: FakeClock) {
    const said: unknown[] = [];
    const heart = new SessionHeart({ clock: time, heartbeatMs: 4_000, sessionTimeoutMs: 10_000, rebalance: (error) => said.push(['rebalance', error]), lost: (error) => said.push(['lost', error]) });
    return { heart, said };
  }

  it('go on for as long as something is at work, and no longer', async () => {
    const time = clock();
    const { heart, said } = aHeart(time);
    let beats = 0;
    const [one, other] = [deferred(), deferred()];
    const beat = async () => {
      beats += 1;
      heart.heard();
    };
    const work = [heart.during(beat, one.promise), heart.during(beat, other.promise)];
    await time.advance(60_000);
    expect(beats).toBeGreaterThanOrEqual(15);
    one.resolve();
    await time.advance(2_000);
    expect(heart.isBusy).toBe(true);
    other.resolve();
    await Promise.all(work);
    const before = beats;
    await time.advance(60_000);
    expect([heart.isBusy, beats, said]).toEqual([false, before, []]);
  });

  it('tell of a rebalance, which does not end the session: the coordinator has answered', async () => {
    const time = clock();
    const { heart, said } = aHeart(time);
    const error = protocolError('REBALANCE_IN_PROGRESS');
    const verdict = deferred();
    const work = heart.during(() => Promise.reject(error), verdict.promise);
    await time.advance(20_000);
    expect(new Set(said.map((one) => (one as unknown[])[0]))).toEqual(new Set(['rebalance']));
    verdict.resolve();
    await work;
  });

  it.each(['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'NOT_COORDINATOR_FOR_GROUP'])('tell at once of a membership that is over: %s', async (type) => {
    const time = clock();
    const { heart, said } = aHeart(time);
    const error = protocolError(type);
    const verdict = deferred();
    const work = heart.during(() => Promise.reject(error), verdict.promise);
    await time.advance(1_000);
    expect(said).toEqual([['lost', error]]);
    verdict.resolve();
    await work;
  });

  it('give the session up when the coordinator was silent for as long as it lasts, whether they fail or hang', async () => {
    for (const beat of [() => Promise.reject(new Error('connection closed')), () => new Promise<void>(() => undefined)]) {
      const time = clock();
      const { heart, said } = aHeart(time);
      const verdict = deferred();
      const work = heart.during(beat, verdict.promise);
      await time.advance(10_000);
      expect(said).toEqual([]);
      await time.advance(1_000);
      expect(said).toEqual([['lost', expect.objectContaining({ message: expect.stringContaining('10 s') as string })]]);
      verdict.resolve();
      await work;
    }
  });
});
