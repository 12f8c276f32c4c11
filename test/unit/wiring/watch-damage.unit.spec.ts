import { type INestApplication } from '@nestjs/common';
import { DamagedDataError } from '../../../src/domain/errors.js';
import { Clock } from '../../../src/ports/clock.port.js';
import { HealthProbes, type Health } from '../../../src/ports/health-probe.port.js';
import { untilDamaged } from '../../../src/wiring/watch-damage.js';
import { FakeClock } from '../../support/fake-clock.js';

const WELL: Health = { name: 'event-bus', status: 'up', code: null, reason: null, sinceMs: 0, suggestion: null };
const LOCKED: Health = { ...WELL, status: 'down', code: 'data.locked', reason: 'log.db is locked' };
const DAMAGED: Health = { ...WELL, status: 'down', code: 'data.damaged', reason: 'log.db is damaged', suggestion: 'restore it' };

/** An app of two components, the second of which is as `health` says. */
function watched(signal: AbortSignal) {
  const clock = new FakeClock();
  const component = { health: WELL };
  const probes: HealthProbes = { all: [{ check: async () => WELL }, { check: async () => component.health }] };
  const app = { get: (token: unknown) => (token === Clock ? clock : token === HealthProbes ? probes : undefined) } as INestApplication;
  const seen: (DamagedDataError | null)[] = [];
  void untilDamaged(app, signal).then((damage) => seen.push(damage));
  return { clock, component, seen };
}

describe('watching for damaged data', () => {
  it('tells within a second which file is damaged, and what to do', async () => {
    const { clock, component, seen } = watched(new AbortController().signal);
    await clock.advance(5_000);
    component.health = DAMAGED;
    await clock.advance(1_000);
    expect(seen).toEqual([expect.objectContaining({ code: 'data.damaged', message: 'log.db is damaged', remedy: 'restore it' })]);
    expect(seen[0]).toBeInstanceOf(DamagedDataError);
  });

  it('is not told by what passes again', async () => {
    const { clock, component, seen } = watched(new AbortController().signal);
    component.health = LOCKED;
    await clock.advance(60_000);
    expect(seen).toEqual([]);
  });

  it('ends when it is told to', async () => {
    const stop = new AbortController();
    const { clock, seen } = watched(stop.signal);
    await clock.advance(5_000);
    stop.abort();
    await clock.advance(0);
    expect(seen).toEqual([null]);
  });
});
