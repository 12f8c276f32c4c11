import { Inject, Injectable, Logger } from '@nestjs/common';
import { codeOf } from '../../domain/errors.js';
import { type OutgoingEvent, type Position } from '../../domain/event-record.js';
import { userCreatedId } from '../../domain/ids.js';
import { eventTimeMicros } from '../../domain/run.js';
import { encodeUserCreated } from '../../domain/user-created.codec.js';
import { USER_CREATED } from '../../domain/user-created.js';
import { Clock } from '../../ports/clock.port.js';
import { EventTooLargeError } from '../../ports/event-bus.errors.js';
import { EventPublisher } from '../../ports/event-publisher.port.js';
import { retryWhileAway } from '../../ports/retry-while-away.js';
import { type Page } from '../../ports/user-source.port.js';
import { type Attempt } from './claim-run.js';
import { IngestionActivity, type Lane } from './ingestion-activity.js';
import { INGESTION_OPTIONS } from './ingestion.module-definition.js';
import type { IngestionOptions } from './ingestion.options.js';

/** Puts a page on the log, as one batch. */
@Injectable()
export class PublishPage {
  private readonly logger = new Logger('Ingestion');
  /** By lane, the code for which nothing goes out. */
  private readonly waiting = new Map<Lane, string>();
  private toldTooLarge = false;

  constructor(
    private readonly publisher: EventPublisher,
    private readonly clock: Clock,
    private readonly activity: IngestionActivity,
    @Inject(INGESTION_OPTIONS) private readonly options: IngestionOptions,
  ) {}

  /**
   * Resolves when all of it is durable: while the bus is away the same events are tried again, until `signal` aborts.
   * An event that the topic does not take is left out, and its reason among the rejected.
   */
  async execute(attempt: Attempt, page: { readonly page: number; readonly content: Page }, work: { readonly lane: Lane; readonly signal: AbortSignal }): Promise<{ positions: readonly Position[]; rejected: readonly string[] }> {
    const rejected = page.content.rejected.map(({ reason }) => reason);
    for (let events = eventsOf(attempt, page.page, page.content); ; ) {
      try {
        return { positions: await this.publish(events, work), rejected };
      } catch (error) {
        if (!(error instanceof EventTooLargeError)) throw error;
        this.tellTooLarge(error);
        rejected.push(error.code);
        events = events.toSpliced(error.index, 1);
      }
    }
  }

  private async publish(events: readonly OutgoingEvent[], { lane, signal }: { readonly lane: Lane; readonly signal: AbortSignal }): Promise<readonly Position[]> {
    const positions = await retryWhileAway(() => this.publisher.publish(this.options.topic, events, signal), {
      clock: this.clock,
      signal,
      onAway: (error) => this.tellAway(lane, error),
    });
    if (this.waiting.delete(lane)) this.logger.log(`${this.options.topic} takes events again`);
    return positions;
  }

  /** Once: where a topic takes next to nothing, every event is too large. */
  private tellTooLarge(error: EventTooLargeError): void {
    if (this.toldTooLarge) return;
    this.toldTooLarge = true;
    this.logger.warn(`an event is left out, and counted as ${error.code} with its run: ${error.message}${error.remedy === undefined ? '' : `; ${error.remedy}`}`);
  }

  /** Health is told of each failure, the log of the first one of a kind. */
  private tellAway(lane: Lane, error: unknown): void {
    this.activity.publishFailed(lane, error);
    const code = codeOf(error);
    if (this.waiting.get(lane) === code) return;
    this.waiting.set(lane, code);
    this.logger.warn(`nothing is published, the page waits: ${code}, ${error instanceof Error ? error.message : 'no reason given'}`);
  }
}

/** A page's events: the same ids and times, whoever pulls it and however often. */
function eventsOf({ runId, plan }: Attempt, page: number, content: Page): readonly OutgoingEvent[] {
  return content.users.map(({ index, user }) =>
    encodeUserCreated({
      id: userCreatedId({ runId, page, index, userId: user.id, type: USER_CREATED }),
      source: `/userstream/${plan.source.name}`,
      timeMicros: eventTimeMicros(plan, page, index),
      user,
      runId,
      fetchedAtMs: content.fetchedAtMs,
      redriveOf: null,
    }),
  );
}
