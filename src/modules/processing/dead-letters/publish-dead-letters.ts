import { Inject, Injectable } from '@nestjs/common';
import { EventTooLargeError } from '../../../ports/event-bus.errors.js';
import { EventPublisher } from '../../../ports/event-publisher.port.js';
import { PROCESSING_OPTIONS, type ProcessingOptions } from '../processing.options.js';
import { encodeDeadLetter } from './dead-letter.codec.js';
import { truncated, type DeadLetter } from './dead-letter.js';

/** Puts events that can never be stored where people can look at them. */
@Injectable()
export class PublishDeadLetters {
  constructor(
    private readonly publisher: EventPublisher,
    @Inject(PROCESSING_OPTIONS) private readonly options: Pick<ProcessingOptions, 'deadLetterTopic'>,
  ) {}

  /**
   * Resolves when all of them are durable, those that the topic refuses as too large in their truncated form.
   * @throws BusUnavailableError - some may be durable: publish the same ones again, their ids are the same.
   */
  async execute(letters: readonly DeadLetter[], signal?: AbortSignal): Promise<void> {
    const outgoing = letters.map(encodeDeadLetter);
    const cut = new Set<number>();
    for (;;) {
      try {
        await this.publisher.publish(this.options.deadLetterTopic, outgoing, signal);
        return;
      } catch (error) {
        if (!(error instanceof EventTooLargeError) || cut.has(error.index)) throw error;
        const letter = letters[error.index];
        if (letter === undefined) throw error;
        outgoing[error.index] = encodeDeadLetter(truncated(letter));
        cut.add(error.index);
      }
    }
  }
}
