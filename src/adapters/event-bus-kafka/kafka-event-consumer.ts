import { Logger } from '@nestjs/common';
import { PipelineError } from '../../domain/errors.js';
import { type Clock } from '../../ports/clock.port.js';
import { UnknownTopicError } from '../../ports/event-bus.errors.js';
import { EventConsumer, type BatchHandler, type ConsumerStatus, type Subscription } from '../../ports/event-consumer.port.js';
import { type EventLog } from '../../ports/event-log.port.js';
import { statusOf } from '../event-bus-shared/consumer-status.js';
import { LogIncidents } from '../event-bus-shared/log-incidents.js';
import { messageOf } from '../event-bus-shared/partition-condition.js';
import { Backoff } from '../shared/backoff.js';
import { causeOfNoCoordinator } from './group-coordinator.js';
import { GroupSession } from './group-session.js';
import { asBusError } from './kafka-errors.js';
import { type KafkaClient } from './kafka-client.js';
import { KafkaEventLog } from './kafka-event-log.js';
import { KAFKA_CONSUMER_DEFAULTS, type KafkaConsumerOptions } from './kafka-consumer-options.js';
import { PartitionWorker } from './partition-worker.js';
import { unlessAborted } from './until-aborted.js';

/** How often it is asked whether a topic that nobody made has been made by now. */
const UNKNOWN_TOPIC_MS = 500;

/** What a run is made of. */
interface Run {
  readonly subscription: Subscription;
  readonly signal: AbortSignal;
  readonly workerOf: (partition: number) => PartitionWorker;
}

/** Reads the cluster's log as a member of a group; each session of it has connections of its own. */
export class KafkaEventConsumer extends EventConsumer {
  private readonly logger = new Logger(KafkaEventConsumer.name);
  private readonly options: KafkaConsumerOptions;
  private readonly clock: Clock;
  private readonly incidents = new LogIncidents();
  private readonly backoff: Backoff;
  private workers = new Map<number, PartitionWorker>();
  private session: GroupSession | null = null;
  private running = false;
  private paused = false;
  private waitingFor: string | null = null;
  /** Since when it runs, or has no partition. */
  private sinceMs: number;
  private joined = false;

  constructor(
    private readonly client: KafkaClient,
    options: Partial<KafkaConsumerOptions> = {},
    private readonly log: Pick<EventLog, 'offsets' | 'at'> = new KafkaEventLog(client),
  ) {
    super();
    this.options = { ...KAFKA_CONSUMER_DEFAULTS, ...options };
    this.clock = client.clock;
    this.backoff = new Backoff(this.options.reconnect, this.options.random);
    this.sinceMs = this.clock.now();
  }

  async run(subscription: Subscription, handle: BatchHandler, signal: AbortSignal): Promise<void> {
    if (this.running) throw new Error('this consumer is running already: a consumer object runs once at a time');
    this.running = true;
    this.sinceMs = this.clock.now();
    this.workers = new Map();
    const workerOf = (partition: number) => this.workerOf(partition, subscription, handle);
    try {
      await this.stay({ subscription, signal, workerOf });
      await Promise.all([...this.workers.values()].map((worker) => worker.quiet()));
    } finally {
      this.session = null;
      this.running = false;
      this.sinceMs = this.clock.now();
    }
  }

  async pause(): Promise<void> {
    this.paused = true;
    await Promise.all([...this.workers.values()].map((worker) => worker.pause()));
  }

  async resume(): Promise<void> {
    this.paused = false;
    for (const worker of this.workers.values()) worker.resume();
  }

  status(): ConsumerStatus {
    const { sinceMs, waitingFor, session } = this;
    const incidents = this.incidents.all;
    if (!this.running) return { state: 'stopped', reason: null, sinceMs, partitions: [], incidents };
    return statusOf({ partitions: session?.states() ?? [], incidents, waitingFor, trouble: session?.reason ?? null, sinceMs });
  }

  /** One session after the other, for as long as nobody tells it to stop. */
  private async stay(run: Run): Promise<void> {
    const stop = AbortSignal.any([run.signal, this.client.closed]);
    while (!stop.aborted) {
      const partitions = await this.partitionsOf(run.subscription.topic, stop);
      if (partitions === null) continue;
      this.session = this.newSession(run, partitions);
      this.joined = false;
      const ended = await this.session.run(run.signal, this.client.closed);
      this.session = null;
      if (this.joined) this.sinceMs = this.clock.now();
      if (!stop.aborted) await this.takeBreath(run.subscription, ended, stop);
    }
  }

  private newSession({ subscription, workerOf }: Run, partitions: number): GroupSession {
    const { client, log, clock, options, logger } = this;
    const joined = () => {
      if ((this.session?.states().length ?? 0) > 0) this.sinceMs = this.clock.now();
      this.joined = true;
      this.waitingFor = null;
      this.backoff.reset();
      client.faults.clear(workOf(subscription));
    };
    return new GroupSession({ client, log, subscription, partitions, workerOf, clock, options, logger, joined });
  }

  /** How many partitions the topic has; null, after a pause, where that cannot be said yet. */
  private async partitionsOf(topic: string, stop: AbortSignal): Promise<number | null> {
    try {
      const offsets = await unlessAborted(this.log.offsets(topic), stop);
      return offsets?.length ?? null;
    } catch (error) {
      this.waitFor(error);
      if (error instanceof UnknownTopicError) await this.clock.sleep(UNKNOWN_TOPIC_MS, stop);
      else await this.backoff.wait(this.clock, stop);
      return null;
    }
  }

  private async takeBreath(subscription: Subscription, ended: unknown, stop: AbortSignal): Promise<void> {
    const { topic, group } = subscription;
    const error = asBusError(await causeOfNoCoordinator(ended, group, this.client), { topic });
    this.client.faults.met(workOf(subscription), error);
    if (this.waitingFor !== messageOf(error)) this.logger.warn(`group ${group}: begins afresh, since ${messageOf(error)}`);
    this.waitFor(error);
    await this.backoff.wait(this.clock, stop);
  }

  /** What nobody foresaw is told with its stack, and does not end the consumer either. */
  private waitFor(error: unknown): void {
    const reason = messageOf(error);
    if (!(error instanceof PipelineError) && this.waitingFor !== reason) this.logger.error(`unexpected failure: ${reason}`, error instanceof Error ? error.stack : undefined);
    this.waitingFor = reason;
  }

  private workerOf(partition: number, { topic }: Subscription, handle: BatchHandler): PartitionWorker {
    const known = this.workers.get(partition);
    if (known !== undefined) return known;
    const { clock, options, logger, incidents } = this;
    const worker = new PartitionWorker({ topic, partition, handle, clock, options, log: logger, report: (incident) => incidents.add(incident) }, this.paused);
    this.workers.set(partition, worker);
    return worker;
  }
}

function workOf({ topic, group }: Subscription): string {
  return `consume ${topic} as ${group}`;
}
