import { type RecordedEvent } from '../../domain/event-record.js';
import { codeOf, DamagedDataError, dispositionOf } from '../../domain/errors.js';
import { type TallyDelta } from '../../domain/tally.js';
import { type Clock } from '../../ports/clock.port.js';
import { type BatchHandler, type PartitionState } from '../../ports/event-consumer.port.js';
import { messageOf, PartitionCondition } from '../event-bus-shared/partition-condition.js';
import { refuseMismatch } from '../event-bus-shared/refuse-mismatch.js';
import { Backoff } from '../shared/backoff.js';
import { asBusError } from './bus-errors.js';
import { type ConsumerOptions } from './consumer-options.js';
import { ClaimLostError, type Claim } from './group-positions.js';
import { Latch } from './latch.js';
import { type PartitionCursor } from './partition-cursor.js';

export interface PartitionWorkerParts {
  readonly topic: string;
  readonly claim: Claim;
  readonly cursor: PartitionCursor;
  readonly handle: BatchHandler;
  readonly clock: Clock;
  readonly options: ConsumerOptions;
  readonly log: { error(message: string): void };
}

/** A batch that its handler did not take. */
interface Rejection {
  readonly error: unknown;
}

/** Hands over the events of one partition, a batch at a time, for as long as its claim lasts. */
export class PartitionWorker {
  private readonly news = new Latch();
  private readonly backoff: Backoff;
  private readonly ending = new AbortController();
  private readonly condition: PartitionCondition;
  /** The batch that was rejected, or that is in hand: it comes again before anything later. */
  private pending: readonly RecordedEvent[] | null = null;
  private inHand: Promise<void> | null = null;
  /** The signal of the call in hand: one of its own, so that handlers may hang on it what they like. */
  private call = new AbortController();
  private lost = false;
  private halted = false;
  private opened = false;

  constructor(private readonly parts: PartitionWorkerParts, private paused: boolean) {
    this.backoff = new Backoff(parts.options.retry, parts.options.random);
    this.condition = new PartitionCondition(parts.clock, parts.options.stalledAfterMs);
  }

  get claim(): Claim {
    return this.parts.claim;
  }

  get isEnding(): boolean {
    return this.ending.signal.aborted;
  }

  get isIdle(): boolean {
    return this.inHand === null;
  }

  /** Resolves when it has been told to end and nothing is in hand. @throws DamagedDataError */
  async run(): Promise<void> {
    while (!this.isEnding) {
      try {
        await this.step();
      } catch (error) {
        await this.meet(error);
      }
    }
  }

  /** Something was appended, or may have been. */
  wake(): void {
    this.news.ring();
  }

  /** No further batch; the one in hand is finished and committed. */
  end(): void {
    this.ending.abort();
    this.news.ring();
  }

  /** The partition is somebody else's: the handler's signal aborts, and what it returns is thrown away. */
  abort(reason: Error): void {
    this.lost = true;
    this.call.abort(reason);
    this.end();
  }

  /** Resolves when nothing is in hand; nothing is handed over from the call on. */
  async pause(): Promise<void> {
    this.paused = true;
    await this.inHand;
    this.condition.nothingWaits();
    if (this.paused && !this.halted) this.condition.become('paused');
    this.news.ring();
  }

  resume(): void {
    this.paused = false;
    this.halted = false;
    this.news.ring();
  }

  state(): PartitionState {
    const { claim, cursor } = this.parts;
    return { partition: claim.partition.number, next: cursor.next, ...this.condition.shown() };
  }

  private async step(): Promise<void> {
    if (!this.opened) await this.parts.cursor.open();
    this.opened = true;
    if (this.halted || this.paused) {
      if (!this.halted) this.condition.become('paused');
      return this.news.heard();
    }
    const events = this.pending ?? (await this.findEvents());
    if (events === null) return this.news.heard();
    if (this.isEnding || this.paused) return;
    this.pending = events;
    const rejection = await this.takeInHand(this.handOver(events));
    if (rejection !== null) await this.takeRejection(rejection.error);
  }

  private async takeInHand<Result>(work: Promise<Result>): Promise<Result> {
    this.inHand = work.then(
      () => undefined,
      () => undefined,
    );
    try {
      return await work;
    } finally {
      this.inHand = null;
    }
  }

  /** Null where there is nothing to hand over yet. */
  private async findEvents(): Promise<readonly RecordedEvent[] | null> {
    const { cursor, options } = this.parts;
    for (;;) {
      const found = await cursor.find(options.batch);
      if (found.kind === 'events') return found.events;
      this.moved();
      if (found.kind === 'nothing') return null;
      await cursor.passRemoved(found.to);
    }
  }

  /** Hands a batch over and commits what became of it; the handler's own failure comes back as its result. */
  private async handOver(events: readonly RecordedEvent[]): Promise<Rejection | null> {
    const { topic, claim, handle } = this.parts;
    this.condition.eventsWait();
    if (this.condition.state !== 'stalled') this.condition.become('running');
    this.call = new AbortController();
    let delta: TallyDelta;
    try {
      delta = await handle({ topic, partition: claim.partition.number, events }, this.call.signal);
      refuseMismatch(delta, events.length);
    } catch (error) {
      return { error };
    }
    if (this.lost) return null;
    await this.commit(events, delta);
    this.pending = null;
    this.moved();
    return null;
  }

  /** What was handled is not handed over again because the log is away: the commit is tried until it goes through. */
  private async commit(events: readonly RecordedEvent[], delta: TallyDelta): Promise<void> {
    for (;;) {
      try {
        return await this.parts.cursor.passEvents(events, delta);
      } catch (error) {
        if (dispositionOf(error) !== 'retry' || this.isEnding) throw error;
        this.condition.become('stalled', asBusError(error));
        await this.backoff.wait(this.parts.clock, this.ending.signal);
      }
    }
  }

  private moved(): void {
    this.backoff.reset();
    this.condition.nothingWaits();
    this.condition.become('running');
  }

  private async takeRejection(error: unknown): Promise<void> {
    if (this.isEnding) return;
    if (dispositionOf(error) !== 'retry') return this.halt(error);
    if (this.paused) return;
    this.condition.become('stalled', error);
    await this.backoff.wait(this.parts.clock, this.ending.signal);
  }

  /** The log's own failures. */
  private async meet(error: unknown): Promise<void> {
    if (this.lost) return;
    if (error instanceof ClaimLostError) return this.abort(error);
    if (error instanceof DamagedDataError) throw error;
    if (dispositionOf(error) !== 'retry') return this.halt(error);
    this.condition.become('stalled', asBusError(error));
    await this.backoff.wait(this.parts.clock, this.ending.signal);
  }

  private halt(error: unknown): void {
    const { claim, topic, cursor, log } = this.parts;
    this.halted = true;
    this.condition.become('halted', error);
    log.error(`partition ${claim.partition.number} of ${topic} has halted at offset ${cursor.next}: ${codeOf(error)}: ${messageOf(error)}`);
  }
}
