import { type RecordedEvent } from '../../domain/event-record.js';
import { addToTally, tallied, tallyFrom, type TallyDelta } from '../../domain/tally.js';
import { type LogIncident } from '../../ports/event-consumer.port.js';
import { type PartitionOffsets } from '../../ports/event-log.port.js';
import { decodeCommit, encodeCommit, type CommitMetadata } from './commit-metadata.js';

/** What the group coordinator has of a partition; the offset is negative where it has none that means anything. */
export interface GroupCommit {
  readonly offset: number;
  readonly metadata: string | null;
}

/** Everything below `offset` has been handled, as the metadata says. */
interface Standing extends CommitMetadata {
  readonly offset: number;
}

const NOTHING: TallyDelta = { stored: 0, dead: 0, skipped: 0 };

/** Where the group stands in a partition, for the member that holds it: in memory, until it is saved. */
export class PartitionPosition {
  private now: Standing = beginningAt(0);
  /** The standing that needs no commit: it was committed, or found, or is where a new group begins. */
  private clean: Standing = this.now;
  /** What we committed last, since the coordinator may lose it: a deleted topic takes its commits along. */
  private saved: Standing | null = null;
  /** Said once they are committed: a member that could not commit finds them again. */
  private unsaid: LogIncident[] = [];

  constructor(
    private readonly partition: number,
    private readonly nowMs: () => number,
    private readonly report: (incident: LogIncident) => void,
  ) {}

  /** The offset to hand over next. */
  get next(): number {
    return this.now.offset;
  }

  get isUnsaved(): boolean {
    return this.now !== this.clean;
  }

  /** Begins at what the group has committed, held against the log: a log that was replaced is read from its beginning. */
  async open(found: GroupCommit | null, { first, end }: Pick<PartitionOffsets, 'first' | 'end'>, timestampAt: (offset: number) => Promise<number | null>): Promise<void> {
    this.unsaid = [];
    const committed = standingOf(this.partition, found);
    if (committed?.incident) this.report(committed.incident);
    const forgotten = committed === null ? this.saved : null;
    this.now = committed ?? (forgotten === null ? beginningAt(first) : { ...forgotten });
    if (forgotten === null) this.clean = this.now;
    const { offset, last } = this.now;
    const replaced = offset > end || (last !== null && differs(await timestampAt(last.offset), last.timestampMs));
    if (replaced) this.startAgain(first);
    else if (first > offset) this.passGap(first);
  }

  /** Moves past events that were handled, up to `to`; offsets in between that hold no event for us count as skipped. */
  pass(events: readonly RecordedEvent[], delta: TallyDelta, to: number): void {
    const last = events.at(-1);
    this.move(to, delta, last === undefined ? this.now.last : { offset: last.offset, timestampMs: last.timestampMs });
  }

  /** Moves past offsets that hold no event for us: control records, aborted transactions, what was compacted away. */
  skipTo(to: number): void {
    if (to > this.next) this.move(to, NOTHING, this.now.last);
  }

  /** Moves past unread events that retention has removed. */
  passGap(to: number): void {
    const incident = this.meet('gap', to);
    this.skipTo(to);
    this.now = { ...this.now, incident };
  }

  /** The log is another one. */
  startAgain(first: number): void {
    this.now = { ...beginningAt(first), incident: this.meet('log-replaced', first) };
  }

  /** Commits offset and tally in one step. On an error nothing is taken for committed. */
  async save(commit: (offset: number, metadata: string) => Promise<void>): Promise<void> {
    const saving = this.now;
    const saying = this.unsaid;
    await commit(saving.offset, encodeCommit(saving));
    this.clean = saving;
    this.saved = saving;
    this.unsaid = this.unsaid.filter((incident) => !saying.includes(incident));
    for (const incident of saying) this.report(incident);
  }

  private meet(kind: LogIncident['kind'], toOffset: number): LogIncident {
    const incident: LogIncident = { kind, partition: this.partition, fromOffset: this.next, toOffset, atMs: this.nowMs() };
    this.unsaid.push(incident);
    return incident;
  }

  private move(to: number, delta: TallyDelta, last: CommitMetadata['last']): void {
    const skipped = delta.skipped + to - this.next - tallied(delta);
    this.now = { ...this.now, offset: to, tally: addToTally(this.now.tally, { ...delta, skipped }), last };
  }
}

function beginningAt(offset: number): Standing {
  return { offset, tally: tallyFrom(offset), last: null, incident: null };
}

/** Somebody else's commit, or one that was moved by hand, has no tally of ours: counting begins at it. */
function standingOf(partition: number, found: GroupCommit | null): Standing | null {
  if (found === null || found.offset < 0) return null;
  const metadata = decodeCommit(partition, found.metadata);
  if (metadata === null || metadata.tally.began + tallied(metadata.tally) !== found.offset) return beginningAt(found.offset);
  return { offset: found.offset, ...metadata };
}

/** A record that retention has removed tells nothing. */
function differs(found: number | null, expected: number): boolean {
  return found !== null && found !== expected;
}
