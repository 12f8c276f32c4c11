import { CircuitBreaker, CircuitOpenError } from '../../../../src/adapters/shared/circuit-breaker.js';
import { HastyClock } from '../../../support/hasty-clock.js';

const away = new Error('away');
const aborted = new Error('aborted');

describe('CircuitBreaker', () => {
  const clock = new HastyClock(-1);
  let breaker: CircuitBreaker;
  let calls: number;

  const call = (outcome: Error | null) =>
    breaker.run(
      async () => {
        calls += 1;
        if (outcome !== null) throw outcome;
      },
      (error) => error === away,
    );
  const fail = async (times: number, error = away) => {
    for (let time = 0; time < times; time += 1) await expect(call(error)).rejects.toBe(error);
  };

  beforeEach(() => {
    breaker = new CircuitBreaker({ failures: 3, openMs: 1_000 }, clock);
    calls = 0;
  });

  it('opens after so many failures in a row and then calls nothing', async () => {
    await fail(2);
    expect(breaker.state).toBe('closed');
    await fail(1);
    expect(breaker.state).toBe('open');
    await expect(call(null)).rejects.toBeInstanceOf(CircuitOpenError);
    await expect(call(null)).rejects.toMatchObject({ retryAfterMs: 1_000 });
    expect(calls).toBe(3);
  });

  it('starts to count again after a success', async () => {
    await fail(2);
    await call(null);
    await fail(2);
    expect(breaker.state).toBe('closed');
  });

  it('counts nothing that is not a failure of the other side', async () => {
    await fail(5, aborted);
    expect(breaker.state).toBe('closed');
  });

  it('lets one call try when the time is over: a success closes it, a failure opens it for as long again', async () => {
    await fail(3);
    clock.pass(999);
    expect(breaker.state).toBe('open');
    clock.pass(1);
    expect(breaker.state).toBe('half-open');
    await fail(1);
    expect(breaker.state).toBe('open');
    clock.pass(1_000);
    await call(null);
    expect(breaker.state).toBe('closed');
  });

  it('keeps others waiting while that one tries, and lets the next try if it was called off', async () => {
    await fail(3);
    clock.pass(1_000);
    let callOff: (error: Error) => void = () => undefined;
    const trial = breaker.run(() => new Promise((_, reject) => (callOff = reject)), (error) => error === away);
    await expect(call(null)).rejects.toBeInstanceOf(CircuitOpenError);
    callOff(aborted);
    await expect(trial).rejects.toBe(aborted);
    expect(breaker.state).toBe('half-open');
    await call(null);
    expect(breaker.state).toBe('closed');
  });
});
