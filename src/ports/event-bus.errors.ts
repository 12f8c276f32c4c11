import { PipelineError } from '../domain/errors.js';

/** The bus is away or overloaded. After a publish some of the events may be durable: publish the same ones again. */
export class BusUnavailableError extends PipelineError {
  readonly code = 'bus.unavailable';
  readonly disposition = 'retry';
}

/** No topic of that name. Topics are made by `EventTopics.ensure`, never by accident. */
export class UnknownTopicError extends PipelineError {
  readonly code = 'bus.unknown-topic';
  readonly disposition = 'halt';
}

/** One of the events is larger than the topic takes; none of the batch was published. `index` is its place in the batch. */
export class EventTooLargeError extends PipelineError {
  readonly code = 'bus.event-too-large';
  readonly disposition = 'dead-letter';

  constructor(message: string, readonly index: number, options: { cause?: unknown; remedy?: string } = {}) {
    super(message, options);
  }
}

/** A topic exists with settings under which a guarantee would not hold. The message names each setting, found and needed. */
export class TopicMisconfiguredError extends PipelineError {
  readonly code = 'bus.topic-misconfigured';
  readonly disposition = 'halt';
}

/** A handler's tally does not add up to its batch: a bug of the handler, and the position must not move. */
export class TallyMismatchError extends PipelineError {
  readonly code = 'bus.tally-mismatch';
  readonly disposition = 'halt';
}
