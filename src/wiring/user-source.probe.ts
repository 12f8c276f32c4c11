import { Injectable } from '@nestjs/common';
import { RandomUserProbe } from '../adapters/user-source-randomuser/random-user.probe.js';
import { Clock } from '../ports/clock.port.js';
import { HealthProbe, type Health } from '../ports/health-probe.port.js';
import { WiredUserSources } from './wired-user-sources.js';

/** How the sources are that this process has asked so far: the first that is not well, or well. */
@Injectable()
export class UserSourceProbe extends HealthProbe {
  private readonly sinceMs: number;

  constructor(
    private readonly sources: WiredUserSources,
    clock: Clock,
  ) {
    super();
    this.sinceMs = clock.now();
  }

  async check(): Promise<Health> {
    const all = await Promise.all(this.sources.remote.map((source) => new RandomUserProbe(source).check()));
    return all.find((health) => health.status !== 'up') ?? all[0] ?? { name: 'user-source', status: 'up', code: null, reason: null, sinceMs: this.sinceMs, suggestion: null };
  }
}
