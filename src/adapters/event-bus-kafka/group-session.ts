import { type Consumer, type EachBatchPayload } from 'kafkajs';
import { type PartitionState } from '../../ports/event-consumer.port.js';
import { messageOf } from '../event-bus-shared/partition-condition.js';
import { toFetchedBatch } from './consumer-fetches.js';
import { GroupClaims } from './group-claims.js';
import { GroupCommits } from './group-commits.js';
import { isOutOfDate } from './group-errors.js';
import { KafkaSockets } from './kafka-sockets.js';
import { OpenPositions, type OpenPositionsParts } from './open-positions.js';
import { SessionHeart } from './session-heart.js';
import { SessionWatch } from './session-watch.js';
import { topicWiseAssigner } from './topic-wise-assigner.js';
import { untilAborted } from './until-aborted.js';

export interface GroupSessionParts extends OpenPositionsParts {
  /** How many partitions the topic has. */
  readonly partitions: number;
  readonly logger: { log(message: string): void };
  readonly joined: () => void;
}

/** kafkajs's own patience; what outlasts it ends the session, and the next one begins afresh. */
const DRIVER_RETRY = { retries: 5, initialRetryTime: 100, maxRetryTime: 2_000, factor: 0.2, multiplier: 2, restartOnFailure: async () => false };

/** New partitions of a topic are noticed within this time. */
const METADATA_MAX_AGE_MS = 60_000;

/** One life of a kafkajs consumer: as a member of the group until it is told to stop, or until the driver gives up. */
export class GroupSession {
  private readonly sockets = new KafkaSockets();
  private readonly consumer: Consumer;
  private readonly commits: GroupCommits;
  private readonly claims: GroupClaims;
  private readonly positions: OpenPositions;
  private readonly heart: SessionHeart;
  /** Aborts with what ends this session. */
  private readonly over = new AbortController();
  /** Aborts when the partitions are shared out anew. */
  private share = new AbortController();
  /** What kafkajs has to be told so that it joins anew, once the work in hand has ended. */
  private rejoin: unknown = null;
  private subscribed = false;
  private readonly watch: SessionWatch;

  constructor(private readonly parts: GroupSessionParts) {
    const { client, clock, options, subscription } = parts;
    this.consumer = client.connections(this.sockets).consumer({
      groupId: subscription.group,
      allowAutoTopicCreation: false,
      sessionTimeout: options.sessionTimeoutMs,
      rebalanceTimeout: options.rebalanceTimeoutMs,
      heartbeatInterval: options.heartbeatMs,
      maxWaitTimeInMs: options.fetchWaitMs,
      maxBytesPerPartition: options.fetchBytes,
      metadataMaxAge: METADATA_MAX_AGE_MS,
      partitionAssigners: [topicWiseAssigner((topic) => this.partitionsOf(topic))],
      retry: DRIVER_RETRY,
    });
    this.commits = new GroupCommits(this.consumer, subscription.topic);
    this.claims = new GroupClaims({ topic: subscription.topic, consumer: this.consumer, commits: this.commits, outOfDate: (error) => this.outOfDate(error) });
    this.positions = new OpenPositions(parts);
    this.heart = new SessionHeart({
      clock,
      heartbeatMs: options.heartbeatMs,
      sessionTimeoutMs: options.sessionTimeoutMs,
      rebalance: (error) => this.rebalance(error),
      lost: (error) => (isOutOfDate(error) ? this.outOfDate(error) : this.take(this.claims.all.map(({ partition }) => partition), error)),
    });
    this.watch = new SessionWatch({
      ...parts,
      claims: this.claims,
      isAtWork: () => this.heart.isBusy,
      gone: (claim) => this.take([claim.partition], new Error('the position is not on the log any more')),
      fail: (error) => this.fail(error),
    });
  }

  /** Why it is not as it should be just now; null where it is. */
  get reason(): string | null {
    return this.watch.trouble ?? this.positions.trouble;
  }

  /**
   * Until `stop` aborts: then the work in hand is finished and committed, and the group left. `cut` aborts that work and
   * leaves nothing in order. Resolves with what ended it otherwise.
   */
  async run(stop: AbortSignal, cut: AbortSignal): Promise<unknown> {
    this.listen();
    const started = this.start();
    void this.watch.run(this.over.signal);
    await untilAborted(stop, cut, this.over.signal);
    if (!cut.aborted && !this.over.signal.aborted) await Promise.race([this.finish(started), untilAborted(cut, this.over.signal)]);
    const ended: unknown = this.over.signal.reason;
    this.close(cut.aborted ? cut.reason : (ended ?? new Error('the consumer has stopped')));
    return ended;
  }

  states(): readonly PartitionState[] {
    return this.claims.all.map(({ partition }) => this.parts.workerOf(partition).state());
  }

  private async start(): Promise<void> {
    const { subscription: { topic }, partitions } = this.parts;
    try {
      await this.consumer.connect();
      await this.consumer.subscribe({ topics: [topic], fromBeginning: true });
      this.subscribed = true;
      await this.consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: Math.max(1, partitions),
        eachBatch: (payload) => this.eachBatch(payload),
      });
    } catch (error) {
      this.fail(error);
    }
  }

  private listen(): void {
    const { consumer } = this;
    const { GROUP_JOIN, HEARTBEAT, FETCH_START, FETCH, END_BATCH_PROCESS, CRASH } = consumer.events;
    consumer.on(GROUP_JOIN, ({ payload }) => this.join(payload.memberAssignment[this.parts.subscription.topic] ?? []));
    consumer.on(HEARTBEAT, () => this.heart.heard());
    for (const sign of [FETCH_START, FETCH, HEARTBEAT, GROUP_JOIN, END_BATCH_PROCESS]) consumer.on(sign as typeof FETCH, () => this.watch.alive());
    consumer.on(END_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize === 0) this.skip(payload.partition, payload.firstOffset, payload.lastOffset);
    });
    consumer.on(CRASH, ({ payload }) => this.fail(payload.error));
  }

  private async partitionsOf(topic: string): Promise<number> {
    const { log, partitions, subscription } = this.parts;
    return log.offsets(topic).then(
      ({ length }) => length,
      () => (topic === subscription.topic ? partitions : 0),
    );
  }

  private async eachBatch(payload: EachBatchPayload): Promise<void> {
    const batch = toFetchedBatch(payload.batch);
    const claim = this.claims.of(batch.partition);
    this.commits.use((offsets) => payload.commitOffsetsIfNecessary(offsets));
    if (claim !== undefined) {
      const worker = this.parts.workerOf(batch.partition);
      await this.heart.during(() => payload.heartbeat(), worker.work(claim, batch, this.goesOn));
      this.watch.alive();
      if (!claim.lost.aborted && worker.next > batch.from) payload.resolveOffset(String(worker.next - 1));
    }
    if (this.rejoin !== null) throw this.rejoin as Error;
  }

  private readonly goesOn = () => this.rejoin === null;

  /** kafkajs calls no handler for a fetch that holds only control records or aborted transactions. */
  private skip(partition: number, first: string | null, last: string): void {
    const claim = this.claims.of(partition);
    if (claim === undefined) return;
    const offsets = { from: first === null ? null : Number(first), end: Number(last) + 1 };
    void this.parts.workerOf(partition).skip(claim, offsets, () => this.positions.firstLeft(claim));
  }

  private join(partitions: readonly number[]): void {
    const { subscription: { group, topic }, logger, joined } = this.parts;
    if (this.over.signal.aborted) return;
    this.rejoin = null;
    this.share.abort();
    this.share = new AbortController();
    this.heart.heard();
    joined();
    this.claims.loseAll(new Error('the group has shared out its partitions anew'));
    if (partitions.length > 0) logger.log(`group ${group}: took ${[...partitions].sort((a, b) => a - b).join(', ')} of the partitions of ${topic}`);
    this.take(partitions, null);
  }

  private take(partitions: readonly number[], reason: unknown): void {
    const claims = this.claims.take(partitions, reason);
    for (const claim of claims) this.parts.workerOf(claim.partition).assign(claim);
    void this.positions.open(claims);
  }

  /** The work in hand is finished first, and committed with the generation that is still ours; but not for ever. */
  private rebalance(error: unknown): void {
    if (this.rejoin !== null) return;
    this.rejoin = error;
    const { signal } = this.share;
    void this.parts.clock.sleep(this.parts.options.handoverMs, signal).then(() => {
      if (!signal.aborted) this.claims.loseAll(new Error('the partition goes to another member of the group'));
    });
  }

  private outOfDate(error: unknown): void {
    this.rejoin = error;
    this.claims.loseAll(error);
  }

  /**
   * The group is left when what is ours has been committed; a handler whose partition is lost keeps nobody from it.
   * kafkajs waits for a join that it has begun: leaving has its time limit.
   */
  private async finish(started: Promise<void>): Promise<void> {
    const { clock, options, workerOf } = this.parts;
    const workers = this.claims.all.map(({ partition }) => workerOf(partition));
    for (const worker of workers) worker.end();
    await Promise.all(workers.map((worker) => worker.done()));
    if (!this.subscribed) return;
    await Promise.race([started.then(() => this.consumer.disconnect()).catch(() => undefined), clock.sleep(options.leaveWithinMs, this.over.signal)]);
  }

  private fail(error: unknown): void {
    this.over.abort(error);
  }

  private close(reason: unknown): void {
    this.over.abort(reason);
    this.share.abort();
    this.claims.loseAll(reason);
    this.sockets.cut(reason instanceof Error ? reason : new Error(messageOf(reason)));
    void this.consumer.disconnect().catch(() => undefined);
  }
}
