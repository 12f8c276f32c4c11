import { type LogIncident } from '../../ports/event-consumer.port.js';

const KEPT = 100;

/** The last incidents of a consumer: those that it met, and those that the commits of its partitions tell of. */
export class LogIncidents {
  private kept: readonly LogIncident[] = [];

  get all(): readonly LogIncident[] {
    return this.kept;
  }

  /** Once: a partition that comes back brings the same one again. */
  add(incident: LogIncident): void {
    if (this.kept.some((known) => known.partition === incident.partition && textOfIncident(known) === textOfIncident(incident))) return;
    this.kept = [...this.kept, incident].slice(-KEPT);
  }
}

/** What of an incident travels with the commits of its partition, so that it outlives the process that met it. */
export function textOfIncident({ kind, fromOffset, toOffset, atMs }: LogIncident): string {
  return `${kind} ${fromOffset} ${toOffset} ${atMs}`;
}

const TEXT = /^(gap|log-replaced) (\d+) (\d+) (\d+)$/;

/** Null for any other text, such as one of a later version. */
export function incidentOfText(partition: number, text: string): LogIncident | null {
  const match = TEXT.exec(text);
  if (match === null) return null;
  const [fromOffset = NaN, toOffset = NaN, atMs = NaN] = match.slice(2).map(Number);
  if (![fromOffset, toOffset, atMs].every(Number.isSafeInteger)) return null;
  return { kind: match[1] as LogIncident['kind'], partition, fromOffset, toOffset, atMs };
}
