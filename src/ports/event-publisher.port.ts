import { type OutgoingEvent, type Position } from '../domain/event-record.js';

/** Where events are handed over to the log. */
export abstract class EventPublisher {
  /**
   * Resolves with each event's position, in the order given, when all of them are durable: they survive kill -9 of
   * this process and, as far as the log's own promise goes, power loss. Events of one key keep their order, within a
   * call and between calls that were started one after the other. An empty batch resolves at once.
   * After an error some of them may be durable: publishing the same events again is safe, since their ids are the same.
   * @throws BusUnavailableError - the log is away; try the same batch again.
   * @throws EventTooLargeError - one event exceeds the topic's limit; nothing of the batch was published.
   * @throws UnknownTopicError - nobody made that topic.
   * When `signal` aborts before the hand-over, it rejects with the signal's reason; after it, the outcome is waited for.
   */
  abstract publish(topic: string, events: readonly OutgoingEvent[], signal?: AbortSignal): Promise<readonly Position[]>;
}
