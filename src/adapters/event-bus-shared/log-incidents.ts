import { type LogIncident } from '../../ports/event-consumer.port.js';

const KEPT = 100;

/** The last incidents of a consumer. */
export class LogIncidents {
  private kept: readonly LogIncident[] = [];

  get all(): readonly LogIncident[] {
    return this.kept;
  }

  add(incident: LogIncident): void {
    this.kept = [...this.kept, incident].slice(-KEPT);
  }
}
