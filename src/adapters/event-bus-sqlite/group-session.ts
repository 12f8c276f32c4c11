import { codeOf, dispositionOf } from '../../domain/errors.js';
import { type Clock } from '../../ports/clock.port.js';
import { type BatchHandler, type LogIncident, type PartitionState, type Subscription } from '../../ports/event-consumer.port.js';
import { asBusError } from './bus-errors.js';
import { type ConsumerOptions } from './consumer-options.js';
import { EventReader } from './event-reader.js';
import { GroupMembership, type MemberView } from './group-membership.js';
import { GroupPositions, type Claim } from './group-positions.js';
import { Latch } from './latch.js';
import { type LogFile } from './log-file.js';
import { PartitionCursor } from './partition-cursor.js';
import { PartitionWorker } from './partition-worker.js';
import { PartitionWorkers } from './partition-workers.js';
import { type Topic } from './topic-catalog.js';

export interface GroupSessionParts {
  readonly subscription: Subscription;
  readonly file: LogFile;
  readonly topic: Topic;
  readonly handle: BatchHandler;
  readonly clock: Clock;
  readonly options: ConsumerOptions;
  readonly report: (incident: LogIncident) => void;
  readonly log: { log(message: string): void; error(message: string): void };
}

/** One stay in a group: renews the lease, and keeps a worker for each partition that is ours. */
export class GroupSession {
  private readonly membership: GroupMembership;
  private readonly positions: GroupPositions;
  private readonly workers = new PartitionWorkers((claim, error) => this.giveBack(claim, error));
  private readonly bell = new Latch();
  private readonly over = new AbortController();
  /** Claims to give back with the next renewal. */
  private released: readonly Claim[] = [];
  private member: number | null = null;
  private version = -1;
  private renewedAt = -Infinity;
  private stopping = false;
  /** What ends this stay for good. */
  private failure: Error | null = null;
  /** Why the group cannot be reached just now; null when it can. */
  trouble: { readonly code: string; readonly reason: string } | null = null;

  constructor(private readonly parts: GroupSessionParts, private paused: boolean) {
    const { file, topic, subscription, options } = parts;
    this.membership = new GroupMembership(file.sqlite, subscription.group, topic, options.leaseMs);
    this.positions = new GroupPositions(file.sqlite, subscription.group);
  }

  /**
   * Stays until `stop` aborts, then finishes the work in hand and leaves the group; `cut` aborts that work too.
   * @throws DamagedDataError
   */
  async run(stop: AbortSignal, cut: AbortSignal): Promise<void> {
    const forget = this.parts.file.changes.listen(() => this.hear());
    const options = { signal: this.over.signal };
    stop.addEventListener('abort', () => this.stop(), options);
    cut.addEventListener('abort', () => this.lose(new Error('the log is being closed')), options);
    if (stop.aborted) this.stop();
    try {
      while (!this.isDone(cut)) {
        await this.keepUp();
        if (!this.isDone(cut)) await this.bell.heardWithin(this.parts.options.renewEveryMs, this.parts.clock);
      }
      if (this.failure !== null) this.lose(new Error('the log is damaged'));
      await this.workers.allEnded();
      await this.leave();
    } finally {
      forget();
      this.over.abort();
    }
    if (this.failure !== null) throw this.failure;
  }

  async pause(): Promise<void> {
    this.paused = true;
    await this.workers.pause();
  }

  resume(): void {
    this.paused = false;
    this.workers.resume();
  }

  partitions(): readonly PartitionState[] {
    return this.workers.states();
  }

  private isDone(cut: AbortSignal): boolean {
    return cut.aborted || this.failure !== null || (this.stopping && this.workers.count === 0);
  }

  private stop(): void {
    this.stopping = true;
    this.workers.endAll();
    this.bell.ring();
  }

  /** Somebody has committed: events for the workers, or a change in the group. */
  private hear(): void {
    this.workers.wake();
    if (this.groupHasChanged()) this.bell.ring();
  }

  private groupHasChanged(): boolean {
    try {
      return this.membership.version() !== this.version;
    } catch {
      return true;
    }
  }

  private async keepUp(): Promise<void> {
    const { clock, options } = this.parts;
    if (this.member !== null && clock.monotonic() - this.renewedAt > options.leaseMs) this.lose(new Error('the lease ended before it was renewed'));
    try {
      const view = await this.renew();
      this.trouble = null;
      if (view === null) this.lose(new Error('the group has put this member out'));
      else this.follow(view);
    } catch (error) {
      const met = asError(asBusError(error));
      if (dispositionOf(met) !== 'retry') this.failure = met;
      this.trouble = { code: codeOf(met), reason: met.message };
    }
  }

  private async renew(): Promise<MemberView | null> {
    const { released } = this;
    const { clock, file } = this.parts;
    const renewal = await file.writer.submit(() => {
      const now = { nowMs: clock.now(), monotonicMs: clock.monotonic() };
      const member = this.member ?? this.membership.join(now);
      return { member, now, view: this.membership.renew(member, released, !this.stopping, now) };
    });
    this.released = this.released.filter((claim) => !released.includes(claim));
    if (renewal.view === null) return null;
    this.member = renewal.member;
    this.renewedAt = renewal.now.monotonicMs;
    this.version = renewal.view.version;
    return renewal.view;
  }

  /** Workers for new partitions; surplus ones are handed on, within a time limit. */
  private follow(view: MemberView): void {
    const { clock, options, log, subscription, topic } = this.parts;
    const taken = view.claims.filter((claim) => this.isNew(claim));
    for (const claim of taken) this.workers.start(this.workerFor(claim));
    if (taken.length > 0) log.log(`group ${subscription.group}: took ${taken.map(({ partition }) => partition.number).join(', ')} of the partitions of ${topic.name}`);
    for (const worker of this.workers.endSome(view.surplus)) {
      void clock.sleep(options.handoverMs, this.over.signal).then(() => {
        if (this.workers.abort(worker, new Error('the partition goes to another member'))) this.giveBack(worker.claim, null);
      });
    }
  }

  /** Not one that has a worker, nor one whose worker ended while the lease was being renewed. */
  private isNew({ partition, epoch }: Claim): boolean {
    const isReleased = this.released.some((released) => released.partition.id === partition.id && released.epoch === epoch);
    return !this.stopping && !isReleased && !this.workers.has(partition.number);
  }

  private workerFor(claim: Claim): PartitionWorker {
    const { topic, file, handle, clock, options, log, report } = this.parts;
    const cursor = new PartitionCursor({
      reader: new EventReader(file.sqlite, topic.name, claim.partition),
      positions: this.positions,
      writer: file.writer,
      claim,
      compacted: topic.cleanup.policy === 'compact',
      nowMs: () => clock.now(),
      report,
    });
    return new PartitionWorker({ topic: topic.name, claim, cursor, handle, clock, options, log }, this.paused);
  }

  private giveBack(claim: Claim, error: unknown): void {
    if (error !== null) this.failure ??= asError(error);
    if (claim.member === this.member) this.released = [...this.released, claim];
    this.bell.ring();
  }

  /** Every partition is somebody else's now, or may be: the handlers' signals abort. */
  private lose(reason: Error): void {
    this.workers.abortAll(reason);
    this.released = [];
    this.member = null;
    this.bell.ring();
  }

  /** A group that cannot be left is left when the lease ends. */
  private async leave(): Promise<void> {
    const { member } = this;
    if (member !== null) await this.parts.file.writer.submit(() => this.membership.leave(member)).catch(() => undefined);
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
