import { type INestApplication } from '@nestjs/common';
import { DamagedDataError } from '../domain/errors.js';
import { Clock } from '../ports/clock.port.js';
import { HealthProbes } from '../ports/health-probe.port.js';

const EVERY_MS = 1_000;

/**
 * Resolves with the damage as soon as a component reports damaged data, or with null when `signal` aborts. Nothing more
 * is written to a damaged file by then; the process ends, so that nobody takes it for one that works.
 */
export async function untilDamaged(app: INestApplication, signal: AbortSignal): Promise<DamagedDataError | null> {
  const clock = app.get(Clock);
  const probes = app.get(HealthProbes);
  while (!signal.aborted) {
    const healths = await Promise.all(probes.all.map((probe) => probe.check()));
    const damaged = healths.find(({ code }) => code === 'data.damaged');
    if (damaged !== undefined) return new DamagedDataError(damaged.reason ?? `${damaged.name} is damaged`, damaged.suggestion === null ? {} : { remedy: damaged.suggestion });
    await clock.sleep(EVERY_MS, signal);
  }
  return null;
}
