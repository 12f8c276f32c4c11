import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { PipelineError, codeOf } from '../../domain/errors.js';
import { formatPosition, type RecordedEvent } from '../../domain/event-record.js';
import { tallied, type TallyDelta } from '../../domain/tally.js';
import { Clock } from '../../ports/clock.port.js';
import { TallyMismatchError } from '../../ports/event-bus.errors.js';
import { EventConsumer, type EventBatch } from '../../ports/event-consumer.port.js';
import { EnsureTopics } from './ensure-topics.js';
import { EventBatchContext } from './event-batch.context.js';
import { stretchesOf, type Stretch } from './event-stretches.js';
import { FollowControl } from './follow-control.js';
import { ProcessingMeter } from './processing-meter.js';
import { PROCESSING_OPTIONS, type ProcessingOptions } from './processing.options.js';
import { type TransportEvents, type TransportFailure, type TransportPhase } from './transport-events.js';
import { WatchConsumer } from './watch-consumer.js';

const STOPPING = new Error('processing is stopping');

type EventHandler = MessageHandler<readonly RecordedEvent[], EventBatchContext, unknown>;

/**
 * Nest's microservice transport over the EventConsumer port. The events of the configured topic go to the handlers by
 * their type, `@EventPattern('user.created')`: a batch in stretches of one type, in the order of the log, each awaited,
 * and the handler's TallyDelta is the outcome. Events of a type without a handler are skipped and counted. What a
 * handler throws reaches the port as the same object, provided its controller uses RethrowFilter.
 */
@Injectable()
export class EventConsumerTransport extends Server<TransportEvents, TransportPhase> implements CustomTransportStrategy, OnModuleDestroy {
  override readonly propagatesEventHandlerErrors = true;
  protected override readonly logger = new Logger('Processing');
  private readonly stop = new AbortController();
  private readonly listeners: TransportEvents['failed'][] = [];
  private working: Promise<void> = Promise.resolve();
  private closing: Promise<void> | null = null;
  private lastFailure: TransportFailure | null = null;
  private currentPhase: TransportPhase = 'starting';

  constructor(
    private readonly consumer: EventConsumer,
    private readonly ensureTopics: EnsureTopics,
    private readonly followControl: FollowControl,
    private readonly watchConsumer: WatchConsumer,
    private readonly meter: ProcessingMeter,
    private readonly clock: Clock,
    @Inject(PROCESSING_OPTIONS) private readonly options: ProcessingOptions,
  ) {
    super();
  }

  get phase(): TransportPhase {
    return this.currentPhase;
  }

  /** Null unless `failed`. */
  get failure(): TransportFailure | null {
    return this.lastFailure;
  }

  /**
   * Starts to consume in the background: the app is up, and says why it is not ready, also while the log is away.
   * The callback gets a RangeError where a type has two handlers: which one's tally would count?
   */
  listen(callback: (error?: unknown) => void): void {
    const twice = [...this.messageHandlers].find(([, handler]) => handler.next !== undefined);
    if (twice !== undefined) {
      callback(new RangeError(`two handlers for the event type ${twice[0]}`));
      return;
    }
    this.working = this.work();
    callback();
  }

  /** Takes no more from here on; `close` waits for what is in hand. */
  onModuleDestroy(): void {
    this.stop.abort(STOPPING);
  }

  /** Resolves when the work in hand has ended and its positions are committed, or when the shutdown's time is up. */
  close(): Promise<void> {
    this.stop.abort(STOPPING);
    this.closing ??= this.awaitWork();
    return this.closing;
  }

  override on<Event extends keyof TransportEvents>(_event: Event, callback: TransportEvents[Event]): void {
    this.listeners.push(callback);
  }

  /** The consumer underneath. */
  override unwrap<Underlying>(): Underlying {
    return this.consumer as Underlying;
  }

  private async work(): Promise<void> {
    const { signal } = this.stop;
    const { topic, group } = this.options;
    try {
      await this.ensureTopics.execute(signal);
      await this.untilStopped(this.followControl.start());
      if (!signal.aborted) await this.consume();
      if (!signal.aborted) throw new Error('the consumer ended although nobody told it to');
    } catch (error) {
      if (!signal.aborted) return this.fail(error);
      if (error !== signal.reason) this.logger.warn(`at the stop: ${codeOf(error)}`);
    }
    this.logger.log(`stopped: ${topic} as ${group}`);
    this.enter('stopped');
  }

  private async consume(): Promise<void> {
    const { topic, group } = this.options;
    this.logger.log(`started: ${topic} as ${group}`);
    this.enter('consuming');
    const watching = new AbortController();
    const watch = this.watchConsumer.run(watching.signal);
    try {
      await this.consumer.run({ topic, group }, (batch, signal) => this.handleBatch(batch, signal), this.stop.signal);
    } finally {
      watching.abort();
      await watch;
    }
  }

  private async awaitWork(): Promise<void> {
    const ended = new AbortController();
    const timeUp = this.clock.sleep(this.options.shutdownMs, ended.signal).then(() => 'time up' as const);
    const first = await Promise.race([this.working, timeUp]);
    ended.abort();
    if (first === 'time up') this.logger.warn('work in hand did not end in time: its events will come again');
  }

  private async handleBatch(batch: EventBatch, signal: AbortSignal): Promise<TallyDelta> {
    this.meter.received(batch);
    let [stored, dead, skipped] = [0, 0, 0];
    for (const stretch of stretchesOf(batch.events)) {
      const handler = this.messageHandlers.get(stretch.type) as EventHandler | undefined;
      const delta = handler === undefined ? this.skip(stretch) : await this.hand(stretch, handler, batch, signal);
      stored += delta.stored;
      dead += delta.dead;
      skipped += delta.skipped;
    }
    return { stored, dead, skipped };
  }

  private skip({ events }: Stretch): TallyDelta {
    this.meter.skipped(events.length);
    return { stored: 0, dead: 0, skipped: events.length };
  }

  private async hand({ type, events }: Stretch, handler: EventHandler, batch: EventBatch, signal: AbortSignal): Promise<TallyDelta> {
    const [first, last] = [events[0]?.offset ?? 0, events.at(-1)?.offset ?? 0];
    const context = new EventBatchContext([batch.topic, batch.partition, first, last, signal]);
    try {
      const outcome = await lastValueFrom(this.transformToObservable(await handler(events, context)));
      if (!isTally(outcome) || tallied(outcome) !== events.length) {
        throw new TallyMismatchError(`the handler of ${type} did not say what became of each of ${events.length} events`);
      }
      return outcome;
    } catch (error) {
      this.tellBug(error, formatPosition({ ...batch, offset: first }), signal);
      throw error;
    }
  }

  /** Foreseen failures are told by their state; of the others the stack must not get lost on the way to the port. */
  private tellBug(error: unknown, position: string, signal: AbortSignal): void {
    if (error instanceof PipelineError || signal.aborted) return;
    this.logger.error(`unexpected failure from ${position} on: ${codeOf(error)}`, error instanceof Error ? error.stack : undefined);
  }

  private fail(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.lastFailure = { error, code: codeOf(error), reason, sinceMs: this.clock.now() };
    const remedy = error instanceof PipelineError ? error.remedy : undefined;
    this.logger.fatal(`processing has ended: ${reason}${remedy === undefined ? '' : `; ${remedy}`}`, error instanceof Error ? error.stack : undefined);
    this.enter('failed');
    for (const tell of this.listeners) tell(this.lastFailure);
  }

  private enter(phase: TransportPhase): void {
    this.currentPhase = phase;
    this._status$.next(phase);
  }

  private untilStopped(work: Promise<void>): Promise<void> {
    const { signal } = this.stop;
    return Promise.race([work, new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))]);
  }
}

function isTally(outcome: unknown): outcome is TallyDelta {
  const { stored, dead, skipped } = (outcome ?? {}) as Partial<TallyDelta>;
  return [stored, dead, skipped].every((count) => Number.isSafeInteger(count) && Number(count) >= 0);
}
