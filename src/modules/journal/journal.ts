import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { firstValueFrom, ReplaySubject, Subject, type Observable } from 'rxjs';
import { v7 as uuidv7 } from 'uuid';
import { codeOf, dispositionOf, inWords } from '../../domain/errors.js';
import { type RecordedEvent } from '../../domain/event-record.js';
import { Clock } from '../../ports/clock.port.js';
import { EventLog } from '../../ports/event-log.port.js';
import { EventPublisher } from '../../ports/event-publisher.port.js';
import { EventTopics, type TopicSpec } from '../../ports/event-topics.port.js';
import { abortReason, retryWhileAway } from '../../ports/retry-while-away.js';
import { decodeJournalEvent, encodeJournalEvent, type DecodedJournalEvent } from './journal-event.codec.js';
import { type JournalEvent, type RecordedJournalEvent } from './journal-event.js';
import { JournalFold } from './journal-fold.js';
import { type JournalState } from './journal-state.js';
import { journalTopic } from './journal-topics.js';
import { JOURNAL_OPTIONS } from './journal.module-definition.js';
import type { JournalOptions } from './journal.options.js';
import { PendingAppends } from './pending-appends.js';

/** HTTP listens after that at the latest: whoever asks for readiness should soon see why it is not there yet. */
const START_WAITS_MS = 1_500;

/** What ended the following of the log for good, and when, in milliseconds since 1970. */
export interface JournalFailure {
  readonly error: unknown;
  readonly sinceMs: number;
}

/** What the pipeline did and was told to do: one log, folded by every instance into the same state. */
@Injectable()
export class Journal implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('Journal');
  private readonly fold = new JournalFold();
  private readonly changed = new Subject<JournalState>();
  private readonly caughtUp = new ReplaySubject<void>(1);
  private readonly pending = new PendingAppends();
  private readonly unknown = new Set<string>();
  private readonly closing = new AbortController();
  private readonly topic: TopicSpec;
  private following: Promise<void> = Promise.resolve();
  private failed: JournalFailure | null = null;

  constructor(
    private readonly log: EventLog,
    private readonly publisher: EventPublisher,
    private readonly topics: EventTopics,
    private readonly clock: Clock,
    @Inject(JOURNAL_OPTIONS) private readonly options: JournalOptions,
  ) {
    this.topic = journalTopic(options.pipeline);
  }

  /**
   * Resolves once everything is folded that was on the log when this process first saw it; rejects with what rules that
   * out, or has ended the following since.
   */
  async ready(): Promise<void> {
    if (this.failed !== null) throw this.failed.error;
    await firstValueFrom(this.caughtUp);
  }

  /** Null while the log is followed, or tried again. */
  get failure(): JournalFailure | null {
    return this.failed;
  }

  /** As of now. A live view: see JournalFold. */
  state(): JournalState {
    return this.fold.state;
  }

  /** The state after each stretch of the log that was folded; completes when the process stops. */
  changes(): Observable<JournalState> {
    return this.changed.asObservable();
  }

  /** The first state that fits, the present one included; rejects with the signal's reason. */
  until(predicate: (state: JournalState) => boolean, signal?: AbortSignal): Promise<JournalState> {
    if (signal?.aborted === true) return Promise.reject(abortReason(signal));
    if (predicate(this.state())) return Promise.resolve(this.state());
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        subscription.unsubscribe();
        signal?.removeEventListener('abort', aborted);
        settle();
      };
      const aborted = () => end(() => reject(abortReason(signal ?? this.closing.signal)));
      const subscription = this.changed.subscribe({
        next: (state) => {
          if (predicate(state)) end(() => resolve(state));
        },
        complete: aborted,
      });
      signal?.addEventListener('abort', aborted, { once: true });
    });
  }

  /**
   * Resolves once the event is durable and folded here. While the bus is away it tries the same event, with the same
   * id, again and again, until `signal` aborts or the process stops: then it rejects, and the event may be on the log
   * or not. Anything but an unavailable bus is thrown at once.
   */
  async append(event: JournalEvent, signal?: AbortSignal): Promise<RecordedJournalEvent> {
    const id = uuidv7();
    const source = `/userstream/${this.options.pipeline}/${this.options.instanceId}`;
    const encoded = encodeJournalEvent(event, { id, source, timeMs: this.clock.now() });
    const giveUp = signal === undefined ? this.closing.signal : AbortSignal.any([signal, this.closing.signal]);
    const readBack = this.pending.readBack(id, giveUp);
    retryWhileAway(() => this.publisher.publish(this.topic.name, [encoded], giveUp), { clock: this.clock, signal: giveUp }).catch((error: unknown) => this.pending.failed(id, error));
    return readBack;
  }

  /**
   * A bus that is away, or takes its time, is waited for while the process starts.
   * @throws TopicMisconfiguredError - the journal's topic is not what the promises need: this process must not start.
   */
  async onModuleInit(): Promise<void> {
    const ensured = this.topics.ensure([this.topic]).then(
      () => true,
      (error: unknown) => {
        if (dispositionOf(error) !== 'retry') throw error;
        this.logger.warn(`waiting for the event bus: ${inWords(error)}`);
        return false;
      },
    );
    const answered = new AbortController();
    try {
      await Promise.race([ensured, this.clock.sleep(START_WAITS_MS, answered.signal)]);
    } finally {
      answered.abort();
    }
    this.following = this.follow(ensured).catch((error: unknown) => this.cannotGoOn(error));
  }

  async onApplicationShutdown(): Promise<void> {
    this.closing.abort(new Error('this process is stopping'));
    await this.following;
    this.changed.complete();
  }

  /** Folds the log from its beginning, then as it grows; after an outage from where it was. */
  private async follow(ensured: Promise<boolean>): Promise<void> {
    const { signal } = this.closing;
    const patience = { clock: this.clock, signal };
    if (!(await ensured)) await retryWhileAway(() => this.topics.ensure([this.topic]), patience);
    const [partition] = await retryWhileAway(() => this.log.offsets(this.topic.name), patience);
    const end = partition?.end ?? 0;
    await retryWhileAway(() => this.tail(end, signal), patience);
  }

  private async tail(end: number, signal: AbortSignal): Promise<void> {
    if (this.fold.state.next >= end) this.caughtUp.next();
    for await (const batch of this.log.tail({ topic: this.topic.name, partition: 0, from: this.fold.state.next }, signal)) {
      for (const record of batch) this.take(record);
      if (this.fold.state.next >= end) this.caughtUp.next();
      this.changed.next(this.state());
    }
  }

  private take(record: RecordedEvent): void {
    const decoded = decodeJournalEvent(record);
    if (decoded.kind === 'event') {
      this.fold.apply(decoded.recorded);
      this.pending.folded(decoded.recorded);
    } else {
      this.fold.skipTo(record.offset + 1);
      this.report(decoded, record.offset);
    }
  }

  private report(passedOver: Exclude<DecodedJournalEvent, { kind: 'event' }>, offset: number): void {
    if (passedOver.kind === 'malformed') {
      this.logger.warn(`${this.topic.name}/0/${offset} is no journal event and is passed over: ${passedOver.reason}`);
    } else if (!this.unknown.has(passedOver.what)) {
      this.unknown.add(passedOver.what);
      this.logger.warn(`the journal holds events that this version does not know and ignores: ${passedOver.what}`);
    }
  }

  private cannotGoOn(error: unknown): void {
    if (!this.closing.signal.aborted) {
      this.failed = { error, sinceMs: this.clock.now() };
      this.logger.error(`the journal cannot be read: ${codeOf(error)}`, error instanceof Error ? error.stack : undefined);
    }
    this.caughtUp.error(error);
    this.closing.abort(error);
  }
}
