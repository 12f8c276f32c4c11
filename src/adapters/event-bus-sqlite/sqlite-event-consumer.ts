import { Logger } from '@nestjs/common';
import { dispositionOf } from '../../domain/errors.js';
import { type Clock } from '../../ports/clock.port.js';
import { UnknownTopicError } from '../../ports/event-bus.errors.js';
import { EventConsumer, type BatchHandler, type ConsumerStatus, type Subscription } from '../../ports/event-consumer.port.js';
import { statusOf } from '../event-bus-shared/consumer-status.js';
import { LogIncidents } from '../event-bus-shared/log-incidents.js';
import { CONSUMER_DEFAULTS, type ConsumerOptions } from './consumer-options.js';
import { GroupSession } from './group-session.js';
import { Latch } from './latch.js';
import { type LogFiles } from './log-files.js';
import { type Topic } from './topic-catalog.js';

/** Reads the data file as a member of a group. Several in one process are as independent as several processes. */
export class SqliteEventConsumer extends EventConsumer {
  private readonly logger = new Logger(SqliteEventConsumer.name);
  private readonly options: ConsumerOptions;
  private session: GroupSession | null = null;
  private running = false;
  private paused = false;
  private readonly incidents = new LogIncidents();
  private waitingFor: string | null = null;
  private sinceMs: number;

  constructor(private readonly files: LogFiles, private readonly clock: Clock, options: Partial<ConsumerOptions> = {}) {
    super();
    this.options = { ...CONSUMER_DEFAULTS, ...options };
    this.sinceMs = clock.now();
  }

  /** @throws DamagedDataError - the data file cannot be trusted any more. */
  async run(subscription: Subscription, handle: BatchHandler, signal: AbortSignal): Promise<void> {
    if (this.running) throw new Error('this consumer is running already: a consumer object runs once at a time');
    this.running = true;
    this.sinceMs = this.clock.now();
    try {
      const topic = await this.topicOnceMade(subscription.topic, signal);
      if (topic !== null) await this.stay(subscription, topic, handle, signal);
    } finally {
      this.session = null;
      this.running = false;
      this.sinceMs = this.clock.now();
    }
  }

  async pause(): Promise<void> {
    this.paused = true;
    await this.session?.pause();
  }

  async resume(): Promise<void> {
    this.paused = false;
    this.session?.resume();
  }

  status(): ConsumerStatus {
    const { sinceMs, waitingFor } = this;
    const incidents = this.incidents.all;
    if (!this.running) return { state: 'stopped', reason: null, sinceMs, partitions: [], incidents };
    return statusOf({ partitions: this.session?.partitions() ?? [], incidents, waitingFor, trouble: this.session?.trouble?.reason ?? null, sinceMs });
  }

  private async stay(subscription: Subscription, topic: Topic, handle: BatchHandler, signal: AbortSignal): Promise<void> {
    const { clock, options, logger, files } = this;
    this.session = new GroupSession(
      { subscription, file: files.fileOf(topic.name), topic, handle, clock, options, log: logger, report: (incident) => this.incidents.add(incident) },
      this.paused,
    );
    await this.session.run(signal, files.closed);
  }

  /** Null when it was told to stop before. */
  private async topicOnceMade(name: string, signal: AbortSignal): Promise<Topic | null> {
    const news = new Latch();
    const ring = () => news.ring();
    const forget = this.files.fileOf(name).changes.listen(ring);
    const stop = AbortSignal.any([signal, this.files.closed]);
    stop.addEventListener('abort', ring);
    try {
      while (!stop.aborted) {
        const topic = this.find(name);
        if (topic !== null) return topic;
        await news.heardWithin(this.options.renewEveryMs, this.clock);
      }
      return null;
    } finally {
      forget();
      stop.removeEventListener('abort', ring);
      this.waitingFor = null;
    }
  }

  private find(name: string): Topic | null {
    try {
      return this.files.topic(name).topic;
    } catch (error) {
      if (!(error instanceof UnknownTopicError) && dispositionOf(error) !== 'retry') throw error;
      this.waitingFor = error instanceof Error ? error.message : String(error);
      return null;
    }
  }
}
