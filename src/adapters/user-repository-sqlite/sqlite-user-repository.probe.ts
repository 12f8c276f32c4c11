import { Injectable } from '@nestjs/common';
import { HealthProbe, type Health } from '../../ports/health-probe.port.js';
import { SqliteUserRepository } from './sqlite-user-repository.js';

/** Says how the embedded table is: what its last work met, or, where that was well, what one cheap read meets now. */
@Injectable()
export class SqliteUserRepositoryProbe extends HealthProbe {
  constructor(private readonly repository: SqliteUserRepository) {
    super();
  }

  async check(): Promise<Health> {
    const { condition } = this.repository;
    if (condition.health.status === 'up') await this.repository.touch().catch(() => undefined);
    return { name: 'user-repository', ...condition.health };
  }
}
