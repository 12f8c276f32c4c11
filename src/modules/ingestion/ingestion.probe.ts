import { Injectable } from '@nestjs/common';
import { HealthProbe, type Health } from '../../ports/health-probe.port.js';
import { IngestionActivity } from './ingestion-activity.js';

/** `down` while it starts, cannot publish or has halted; `degraded` while the source is away or since the last run failed. */
@Injectable()
export class IngestionProbe extends HealthProbe {
  constructor(private readonly activity: IngestionActivity) {
    super();
  }

  async check(): Promise<Health> {
    return { name: 'ingestion', ...this.activity.condition() };
  }
}
