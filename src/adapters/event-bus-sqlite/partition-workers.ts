import { type PartitionState } from '../../ports/event-consumer.port.js';
import { type Claim } from './group-positions.js';
import { type PartitionWorker } from './partition-worker.js';

/** The workers of one consumer, a partition each. */
export class PartitionWorkers {
  /** Those whose claim is ours as far as we know, by partition. */
  private readonly holders = new Map<number, PartitionWorker>();
  /** All that have not ended yet, those included whose handler has not come back since their partition was lost. */
  private readonly running = new Map<PartitionWorker, Promise<void>>();

  /** `ended` is called with a worker that has ended while it held its partition, and with what it ended of. */
  constructor(private readonly ended: (claim: Claim, error: unknown) => void) {}

  get count(): number {
    return this.holders.size;
  }

  has(partition: number): boolean {
    return this.holders.has(partition);
  }

  /** Starts a worker, once the one that had the partition before has ended: never two batches of it at once. */
  start(worker: PartitionWorker): void {
    const { number } = worker.claim.partition;
    const before = [...this.running].filter(([other]) => other.claim.partition.number === number).map(([, end]) => end);
    this.holders.set(number, worker);
    this.running.set(worker, this.runAfter(before, worker));
  }

  /** The `count` workers that others can have with the least waiting; they take no further batch. */
  endSome(count: number): readonly PartitionWorker[] {
    const all = [...this.holders.values()];
    const leaving = all.filter((worker) => worker.isEnding).length;
    const chosen = all
      .filter((worker) => !worker.isEnding)
      .sort((a, b) => Number(b.isIdle) - Number(a.isIdle) || b.claim.partition.number - a.claim.partition.number)
      .slice(0, Math.max(0, count - leaving));
    for (const worker of chosen) worker.end();
    return chosen;
  }

  endAll(): void {
    for (const worker of this.holders.values()) worker.end();
  }

  /** Aborts a worker that still has its partition; false where it has ended by itself. */
  abort(worker: PartitionWorker, reason: Error): boolean {
    const { number } = worker.claim.partition;
    if (this.holders.get(number) !== worker) return false;
    this.holders.delete(number);
    worker.abort(reason);
    return true;
  }

  abortAll(reason: Error): void {
    for (const worker of [...this.holders.values()]) this.abort(worker, reason);
  }

  wake(): void {
    for (const worker of this.holders.values()) worker.wake();
  }

  async pause(): Promise<void> {
    await Promise.all([...this.running.keys()].map((worker) => worker.pause()));
  }

  resume(): void {
    for (const worker of this.holders.values()) worker.resume();
  }

  /** Resolves when every handler has come back. */
  async allEnded(): Promise<void> {
    await Promise.all(this.running.values());
  }

  states(): readonly PartitionState[] {
    return [...this.holders.values()].map((worker) => worker.state()).sort((a, b) => a.partition - b.partition);
  }

  private async runAfter(before: readonly Promise<void>[], worker: PartitionWorker): Promise<void> {
    await Promise.all(before);
    let failure: unknown = null;
    try {
      await worker.run();
    } catch (error) {
      failure = error;
    }
    this.running.delete(worker);
    const { claim } = worker;
    if (this.holders.get(claim.partition.number) !== worker) return;
    this.holders.delete(claim.partition.number);
    this.ended(claim, failure);
  }
}
