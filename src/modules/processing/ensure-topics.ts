import { Inject, Injectable, Logger } from '@nestjs/common';
import { inWords } from '../../domain/errors.js';
import { Clock } from '../../ports/clock.port.js';
import { UnknownTopicError } from '../../ports/event-bus.errors.js';
import { EventLog } from '../../ports/event-log.port.js';
import { EventTopics, type TopicSpec } from '../../ports/event-topics.port.js';
import { retryWhileAway } from '../../ports/retry-while-away.js';
import { PROCESSING_OPTIONS, type ProcessingOptions } from './processing.options.js';

/** How much larger than an event its dead letter may be: our headers and its own ones again. */
const DEAD_LETTER_EXTRA_BYTES = 64 * 1_024;

/** Makes the topics that processing reads from and writes to. */
@Injectable()
export class EnsureTopics {
  private readonly logger = new Logger('Processing');

  constructor(
    private readonly topics: EventTopics,
    private readonly log: EventLog,
    private readonly clock: Clock,
    @Inject(PROCESSING_OPTIONS) private readonly options: ProcessingOptions,
  ) {}

  /**
   * Resolves when both exist; while the bus is away it tries again. Rejects with the signal's reason.
   * @throws TopicMisconfiguredError - the dead-letter topic would let dead letters go.
   */
  async execute(signal: AbortSignal): Promise<void> {
    let told = false;
    const onAway = (error: unknown) => {
      if (!told) this.logger.warn(`waiting for the event bus: ${inWords(error)}`);
      told = true;
    };
    await retryWhileAway(() => this.ensure(), { clock: this.clock, signal, onAway });
  }

  private async ensure(): Promise<void> {
    const { topic, deadLetterTopic, partitions, retention, maxEventBytes } = this.options;
    await this.topics.ensure([{ name: topic, partitions, cleanup: { policy: 'delete', ...retention }, maxEventBytes, whenItExists: 'any' }]);
    await this.topics.ensure([await this.deadLetterTopic(deadLetterTopic, topic, maxEventBytes)]);
  }

  /**
   * As many partitions as the users topic really has. One that exists keeps its number, since no promise hangs on it
   * and somebody may have grown the users topic; that dead letters never expire is a promise, and is checked.
   */
  private async deadLetterTopic(name: string, topic: string, maxEventBytes: number): Promise<TopicSpec> {
    return {
      name,
      partitions: (await this.partitionsOf(name)) ?? (await this.partitionsOf(topic)) ?? this.options.partitions,
      cleanup: { policy: 'delete', maxAgeMs: null, maxBytes: null },
      maxEventBytes: maxEventBytes + DEAD_LETTER_EXTRA_BYTES,
      whenItExists: 'exact',
    };
  }

  private async partitionsOf(topic: string): Promise<number | null> {
    try {
      return (await this.log.offsets(topic)).length;
    } catch (error) {
      if (error instanceof UnknownTopicError) return null;
      throw error;
    }
  }
}
