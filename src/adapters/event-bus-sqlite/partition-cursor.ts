import { addToTally, tallied, tallyFrom, type Tally, type TallyDelta } from '../../domain/tally.js';
import { type RecordedEvent } from '../../domain/event-record.js';
import { type LogIncident } from '../../ports/event-consumer.port.js';
import { type BatchLimits } from '../event-bus-shared/batch-limits.js';
import { type EventReader } from './event-reader.js';
import { type Claim, type GroupPosition, type GroupPositions, type LastHandled } from './group-positions.js';
import { type SqliteWriter } from '../shared/sqlite-writer.js';

/** What lies next in the log: events, or offsets that have no event any more (`to` is exclusive), or nothing yet. */
export type Found = { readonly kind: 'events'; readonly events: readonly RecordedEvent[] } | { readonly kind: 'removed'; readonly to: number } | { readonly kind: 'nothing' };

export interface PartitionCursorParts {
  readonly reader: EventReader;
  readonly positions: GroupPositions;
  readonly writer: SqliteWriter;
  readonly claim: Claim;
  /** Whether missing events were compacted away, which is their end, or removed by retention, which is an incident when nobody had read them. */
  readonly compacted: boolean;
  readonly nowMs: () => number;
  /** Of what was met and is committed, and of what the group had met before. */
  readonly report: (incident: LogIncident) => void;
}

const NOTHING: TallyDelta = { stored: 0, dead: 0, skipped: 0 };

/** Where a group stands in a partition, for the one who holds it: finds what comes next, and moves on with the tally. */
export class PartitionCursor {
  private tally: Tally = tallyFrom(0);
  private incident: LogIncident | null = null;
  /** The offset to hand over next: everything below is committed, or the group has no position yet. */
  next = 0;

  constructor(private readonly parts: PartitionCursorParts) {}

  /** Reads the group's position and holds it against the log: a log that was replaced is read from its beginning. */
  async open(): Promise<void> {
    const position = this.parts.positions.find(this.parts.claim.partition);
    if (position === null) {
      this.next = this.parts.reader.bounds().first;
      this.tally = tallyFrom(this.next);
      return;
    }
    this.stand(position);
    if (position.incident !== null) this.parts.report(position.incident);
    if (this.isReplaced(position)) await this.startAgain();
  }

  /**
   * Finds what comes next. Unread events that retention has removed come by themselves, so that they are told of before
   * what follows them is handled.
   */
  async find(limits: BatchLimits): Promise<Found> {
    const { events, bounds } = this.parts.reader.readWithBounds(this.next, limits);
    if (bounds.end < this.next) {
      await this.startAgain();
      return this.find(limits);
    }
    const to = events[0]?.offset ?? bounds.end;
    if (events.length > 0 && (to === this.next || this.parts.compacted)) return { kind: 'events', events };
    return to > this.next ? { kind: 'removed', to } : { kind: 'nothing' };
  }

  /**
   * Moves past events that were handled, position and tally in one step; offsets in between that have no event count
   * as skipped. On an error nothing has moved.
   * @throws ClaimLostError, DataLockedError, DiskFullError, DamagedDataError
   */
  async passEvents(events: readonly RecordedEvent[], delta: TallyDelta): Promise<void> {
    const last = events.at(-1);
    if (last !== undefined) await this.move(last.offset + 1, delta, { offset: last.offset, timestampMs: last.timestampMs });
  }

  /** Moves past offsets that have no event any more: a gap, and reported, unless they were compacted away. */
  async passRemoved(to: number): Promise<void> {
    const gap = this.parts.compacted ? null : this.incidentOf('gap', to);
    await this.move(to, NOTHING, null, gap ?? this.incident);
    if (gap !== null) this.parts.report(gap);
  }

  private async move(to: number, delta: TallyDelta, last: LastHandled | null, incident = this.incident): Promise<void> {
    const removed = to - this.next - tallied(delta);
    await this.commit({ committed: to, tally: addToTally(this.tally, { ...delta, skipped: delta.skipped + removed }), last, incident });
  }

  private async commit(position: GroupPosition): Promise<void> {
    const { writer, positions, claim } = this.parts;
    await writer.submit(() => positions.commit(claim, position));
    this.stand(position);
  }

  private stand({ committed, tally, incident }: GroupPosition): void {
    this.next = committed;
    this.tally = tally;
    this.incident = incident;
  }

  /** Beyond the end, or the record handled last is another one now. One that retention has removed tells nothing. */
  private isReplaced({ committed, last }: GroupPosition): boolean {
    if (committed > this.parts.reader.bounds().end) return true;
    const timestampMs = last === null ? null : this.parts.reader.timestampAt(last.offset);
    return timestampMs !== null && timestampMs !== last?.timestampMs;
  }

  private async startAgain(): Promise<void> {
    const { first } = this.parts.reader.bounds();
    const incident = this.incidentOf('log-replaced', first);
    await this.commit({ committed: first, tally: tallyFrom(first), last: null, incident });
    this.parts.report(incident);
  }

  private incidentOf(kind: LogIncident['kind'], toOffset: number): LogIncident {
    const { claim, nowMs } = this.parts;
    return { kind, partition: claim.partition.number, fromOffset: this.next, toOffset, atMs: nowMs() };
  }
}
