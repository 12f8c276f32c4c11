import { codeOf, dispositionOf } from '../../domain/errors.js';
import { type RecordedEvent } from '../../domain/event-record.js';
import { type Clock } from '../../ports/clock.port.js';
import { type BatchHandler, type LogIncident, type PartitionState } from '../../ports/event-consumer.port.js';
import { type PartitionOffsets } from '../../ports/event-log.port.js';
import { messageOf, PartitionCondition } from '../event-bus-shared/partition-condition.js';
import { Backoff } from '../shared/backoff.js';
import { placeOf, takeEvents, type FetchedBatch } from './fetched-batch.js';
import { HandlerCalls, LOST } from './handler-calls.js';
import { asBusError } from './kafka-errors.js';
import { type KafkaConsumerOptions } from './kafka-consumer-options.js';
import { type PartitionClaim } from './partition-claim.js';
import { PartitionPosition, type GroupCommit } from './partition-position.js';
import { RetryPause } from './retry-pause.js';
import { Turns } from './turns.js';

export interface PartitionWorkerParts {
  readonly topic: string;
  readonly partition: number;
  readonly handle: BatchHandler;
  readonly clock: Clock;
  readonly options: KafkaConsumerOptions;
  readonly report: (incident: LogIncident) => void;
  readonly log: { error(message: string): void };
}

/** What the log says of a partition when it is opened. */
export interface Opening {
  readonly committed: GroupCommit | null;
  readonly bounds: Pick<PartitionOffsets, 'first' | 'end'>;
  readonly timestampAt: (offset: number) => Promise<number | null>;
}

/**
 * Hands over the events of one partition whenever it is ours, a batch at a time. It outlives its claims: what was
 * rejected comes again as it was, and what halted stays halted, where the partition comes back with the same position.
 */
export class PartitionWorker {
  private readonly condition: PartitionCondition;
  private readonly backoff: Backoff;
  private readonly position: PartitionPosition;
  private readonly calls: HandlerCalls;
  private readonly pausing: RetryPause;
  /** Work on the position. */
  private readonly turns = new Turns();
  private readonly ending = new AbortController();
  private claim: PartitionClaim | null = null;
  private opened = false;
  private halted = false;
  /** The batch that was rejected: it comes again before anything later. */
  private pending: readonly RecordedEvent[] | null = null;
  /** When what is being worked off was committed last, or begun. */
  private savedAt = 0;

  constructor(
    private readonly parts: PartitionWorkerParts,
    private paused: boolean,
  ) {
    const { clock, options, partition, report } = parts;
    this.condition = new PartitionCondition(clock, options.stalledAfterMs);
    this.backoff = new Backoff(options.retry, options.random);
    this.calls = new HandlerCalls(parts.handle);
    this.pausing = new RetryPause(clock);
    this.position = new PartitionPosition(partition, () => clock.now(), report);
  }

  get next(): number {
    return this.position.next;
  }

  /** Open, ours, and with nothing in work. */
  get isIdle(): boolean {
    return this.opened && this.turns.isFree && this.pending === null && this.claim?.lost.aborted === false;
  }

  /** The partition is ours: nothing is handed over before `open`. */
  assign(claim: PartitionClaim): void {
    this.claim = claim;
    this.opened = false;
    this.pausing.callOff();
    if (!this.halted) this.condition.become('connecting');
    claim.lost.addEventListener('abort', () => this.lose(claim), { once: true });
  }

  /** Begins where the group stands, after the handler that may still be at work of an earlier claim. */
  async open(claim: PartitionClaim, { committed, bounds, timestampAt }: Opening): Promise<void> {
    await this.calls.allBack();
    await this.inTurn(claim, async () => {
      const before = this.next;
      await this.position.open(committed, bounds, timestampAt);
      if (this.next !== before) this.forgetRejection();
      await this.save(claim);
    });
    if (claim.lost.aborted) return;
    this.opened = true;
    claim.seek(this.next);
    this.settle();
  }

  /** Works off what was fetched, piece by piece, as long as `goesOn`; what was handled is committed when it resolves. */
  work(claim: PartitionClaim, batch: FetchedBatch, goesOn: () => boolean): Promise<void> {
    return this.moving(claim, () => this.workOff(claim, batch, goesOn));
  }

  /**
   * A fetch brought no event for us, up to `end`; `from` is the first offset that it brought at all. `first` says which
   * is the first left on the log.
   */
  skip(claim: PartitionClaim, { from, end }: { readonly from: number | null; readonly end: number }, first: () => Promise<number>): Promise<void> {
    return this.moving(claim, async () => {
      if (!this.opened) return;
      this.pending = null;
      // Offsets that are missing before it were compacted away, unless the log itself begins later now.
      if (from !== null) this.meet(from > this.next ? Math.min(from, Math.max(this.next, await first())) : from);
      this.position.skipTo(end);
    });
  }

  /** Where the log ends: whether there is something to wait for. */
  see(end: number): void {
    if (end > this.next) this.condition.eventsWait();
    else this.condition.nothingWaits();
  }

  /** Nothing is handed over from the call on; resolves when nothing is in work. */
  async pause(): Promise<void> {
    this.paused = true;
    this.pausing.callOff();
    this.adjust();
    await this.quiet();
    if (this.paused) this.settle();
  }

  resume(): void {
    this.paused = false;
    this.halted = false;
    this.pausing.callOff();
    this.settle();
  }

  /** No further batch; the one in work is finished and committed. */
  end(): void {
    this.ending.abort();
    this.pausing.callOff();
    this.adjust();
  }

  /** Resolves when nothing of a claim that lasts is in work. */
  async done(): Promise<void> {
    await this.turns.allEnded();
  }

  /** Resolves when nothing is in work, and the handlers of lost claims have come back too. */
  async quiet(): Promise<void> {
    await this.done();
    await this.calls.allBack();
  }

  state(): PartitionState {
    return { partition: this.parts.partition, next: this.next, ...this.condition.shown() };
  }

  private async workOff(claim: PartitionClaim, batch: FetchedBatch, goesOn: () => boolean): Promise<void> {
    if (!this.opened || !this.mayHandOver(claim) || !goesOn()) return;
    this.savedAt = this.parts.clock.monotonic();
    if (batch.from < this.next) this.meet(batch.from);
    if (this.pending !== null && !(await this.handOver(this.pending, placeAfter(this.pending)))) return;
    if (batch.from > this.next) this.meet(batch.from);
    const { records, end } = batch;
    for (let place = placeOf(batch, this.next); place < records.length; ) {
      if (!this.mayHandOver(claim) || !goesOn()) return;
      const events = takeEvents(batch, place, this.parts.options.batch);
      place += events.length;
      if (!(await this.handOver(events, place === records.length ? end : placeAfter(events)))) return;
      if (this.parts.clock.monotonic() - this.savedAt >= this.parts.options.commitEveryMs) await this.save(claim);
    }
    this.position.skipTo(end);
  }

  /** Where the fetch begins, if not at our position: kafkajs goes to the first offset left when it finds ours gone. */
  private meet(from: number): void {
    if (from > this.next) this.position.passGap(from);
    if (from >= this.next) return;
    this.pending = null;
    this.position.startAgain(from);
  }

  /** Whether the events were handled, and the position is past them. */
  private async handOver(events: readonly RecordedEvent[], to: number): Promise<boolean> {
    this.pending = events;
    this.condition.eventsWait();
    if (this.condition.state !== 'stalled') this.condition.become('running');
    const { topic, partition } = this.parts;
    const outcome = await this.calls.hand({ topic, partition, events });
    if (outcome === LOST) return false;
    if ('error' in outcome) {
      this.takeRejection(outcome.error);
      return false;
    }
    this.position.pass(events, outcome.delta, to);
    this.pending = null;
    this.backoff.reset();
    return true;
  }

  private takeRejection(error: unknown): void {
    if (this.ending.signal.aborted) return;
    if (dispositionOf(error) !== 'retry') return this.halt(error);
    if (!this.paused) this.pauseAfter(error);
  }

  private pauseAfter(error: unknown): void {
    this.condition.become('stalled', error);
    this.pausing.begin(this.backoff.nextMs(), () => this.adjust());
    this.adjust();
  }

  private halt(error: unknown): void {
    const { topic, partition, log } = this.parts;
    this.halted = true;
    this.condition.become('halted', error);
    this.adjust();
    log.error(`partition ${partition} of ${topic} has halted at offset ${this.next}: ${codeOf(error)}: ${messageOf(error)}`);
  }

  /** What was handled is not handed over again because the coordinator is away: the commit is tried until it goes through. */
  private async save(claim: PartitionClaim): Promise<void> {
    while (this.position.isUnsaved && !claim.lost.aborted) {
      try {
        await this.position.save((offset, metadata) => claim.commit(offset, metadata));
        this.savedAt = this.parts.clock.monotonic();
        this.backoff.reset();
        this.condition.nothingWaits();
        if (this.condition.state === 'stalled' && this.pending === null) this.condition.become('running');
      } catch (error) {
        const met = asBusError(error);
        if (claim.lost.aborted || this.ending.signal.aborted) return;
        if (dispositionOf(met) !== 'retry') return this.halt(met);
        this.condition.become('stalled', met);
        await this.backoff.wait(this.parts.clock, AbortSignal.any([claim.lost, this.ending.signal]));
      }
    }
  }

  /** What changes the position, and the commit after it. */
  private moving(claim: PartitionClaim, work: () => Promise<void>): Promise<void> {
    return this.inTurn(claim, async () => {
      try {
        await work();
      } catch (error) {
        this.halt(error);
      }
      await this.save(claim);
    });
  }

  private inTurn(claim: PartitionClaim, work: () => Promise<void>): Promise<void> {
    return this.turns.take(async () => {
      if (!claim.lost.aborted) await work();
    });
  }

  private lose(claim: PartitionClaim): void {
    if (this.claim !== claim) return;
    this.opened = false;
    this.pausing.callOff();
    this.calls.abort(claim.lost.reason);
  }

  private forgetRejection(): void {
    this.pending = null;
    this.halted = false;
  }

  /** The state to show where nothing was rejected, and whether to fetch. */
  private settle(): void {
    this.condition.nothingWaits();
    if (this.opened && !this.halted) this.condition.become(this.paused ? 'paused' : 'running');
    this.adjust();
  }

  private mayHandOver(claim: PartitionClaim): boolean {
    return !claim.lost.aborted && !this.paused && !this.halted && !this.ending.signal.aborted;
  }

  private adjust(): void {
    const { claim } = this;
    if (claim === null) return;
    if (this.opened && !this.pausing.isOn && this.mayHandOver(claim)) claim.release();
    else claim.hold();
  }
}

function placeAfter(events: readonly RecordedEvent[]): number {
  return (events.at(-1)?.offset ?? -1) + 1;
}
