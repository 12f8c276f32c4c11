import { type RecordedEvent } from '../../../../src/domain/event-record.js';
import { type TallyDelta } from '../../../../src/domain/tally.js';
import { EventConsumer, type BatchHandler, type ConsumerStatus, type PartitionState, type Subscription } from '../../../../src/ports/event-consumer.port.js';

export function aPartitionState(given: Partial<PartitionState> = {}): PartitionState {
  return { partition: 0, state: 'running', code: null, reason: null, sinceMs: 1, next: 0, ...given };
}

/** A consumer whose batches the test hands over, one call a batch; what the handler said comes back, its error too. */
export class HandDrivenConsumer extends EventConsumer {
  readonly subscriptions: Subscription[] = [];
  readonly calls: string[] = [];
  current: ConsumerStatus = { state: 'running', reason: null, sinceMs: 1, partitions: [aPartitionState()], incidents: [] };
  private handle: BatchHandler | null = null;
  private readonly inHand = new Set<Promise<unknown>>();
  private endEarly: (failure: Error | null) => void = () => undefined;

  async run(subscription: Subscription, handle: BatchHandler, signal: AbortSignal): Promise<void> {
    this.calls.push('run');
    this.subscriptions.push(subscription);
    this.handle = handle;
    await new Promise<void>((resolve, reject) => {
      this.endEarly = (failure) => (failure === null ? resolve() : reject(failure));
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    this.handle = null;
    await Promise.allSettled(this.inHand);
  }

  async pause(): Promise<void> {
    this.calls.push('pause');
  }

  async resume(): Promise<void> {
    this.calls.push('resume');
  }

  status(): ConsumerStatus {
    return this.current;
  }

  get isRunning(): boolean {
    return this.handle !== null;
  }

  /** Ends `run` although nobody asked for it. */
  end(failure: Error | null = null): void {
    this.endEarly(failure);
  }

  hand(events: readonly RecordedEvent[], signal = new AbortController().signal): Promise<TallyDelta> {
    if (this.handle === null || events[0] === undefined) throw new Error('nobody takes batches, or there is none');
    const { topic, partition } = events[0];
    const outcome = this.handle({ topic, partition, events }, signal);
    this.inHand.add(outcome);
    return outcome;
  }
}
