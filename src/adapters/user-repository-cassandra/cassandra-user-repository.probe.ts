import { Injectable } from '@nestjs/common';
import { Clock } from '../../ports/clock.port.js';
import { HealthProbe, type Health } from '../../ports/health-probe.port.js';
import { CassandraUserRepository } from './cassandra-user-repository.js';

/** A node that answers at all does so at once; who asks has no more than a second. */
const PATIENCE_MS = 500;

/**
 * Says how the table is: what the way to it or the last work with it met, after one cheap read if that is quick.
 * `degraded` for a table that serves and has a peculiarity: namesakes share its rows, a field has no column.
 */
@Injectable()
export class CassandraUserRepositoryProbe extends HealthProbe {
  constructor(
    private readonly repository: CassandraUserRepository,
    private readonly clock: Clock,
  ) {
    super();
  }

  async check(): Promise<Health> {
    const quick = new AbortController();
    await Promise.race([this.repository.touch(), this.clock.sleep(PATIENCE_MS, quick.signal)]);
    quick.abort();
    return { name: 'user-repository', ...this.repository.condition.health };
  }
}
