import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type ReceivedUserCreated } from '../../domain/user-created.js';
import { Clock } from '../../ports/clock.port.js';
import { EventConsumer, type EventBatch } from '../../ports/event-consumer.port.js';
import { Heartbeats } from '../journal/index.js';
import { type DeadLetter } from './dead-letters/dead-letter.js';
import { LatencyHistogram } from './latency-histogram.js';
import { type ProcessingVitals } from './processing-vitals.js';
import { SlidingSum } from './sliding-sum.js';

const RATE_WINDOW_MS = 10_000;
const RATE_SLICES = 10;

/** Counts what this process does, and tells it with the heartbeats. */
@Injectable()
export class ProcessingMeter implements OnModuleInit {
  private storedTotal = 0;
  private deadTotal = 0;
  private skippedTotal = 0;
  private batchesTotal = 0;
  private redeliveredTotal = 0;
  private readonly deadByReason = new Map<string, number>();
  private readonly recentlyStored: SlidingSum;
  private readonly latency: LatencyHistogram;
  private readonly startedAt: number;
  /** By partition, the offset after the last event that was ever handed over. */
  private readonly seenUpTo = new Map<number, number>();

  constructor(
    private readonly clock: Clock,
    private readonly consumer: EventConsumer,
    private readonly heartbeats: Heartbeats,
  ) {
    this.recentlyStored = new SlidingSum(clock, RATE_WINDOW_MS, RATE_SLICES);
    this.latency = new LatencyHistogram(clock);
    this.startedAt = clock.monotonic();
  }

  onModuleInit(): void {
    this.heartbeats.contribute('processing', () => this.vitals());
  }

  /** A batch is handed over. */
  received({ partition, events }: EventBatch): void {
    this.batchesTotal += 1;
    const seenUpTo = this.seenUpTo.get(partition) ?? 0;
    for (const event of events) {
      if (event.offset >= seenUpTo) break;
      this.redeliveredTotal += 1;
    }
    const last = events.at(-1);
    if (last !== undefined) this.seenUpTo.set(partition, Math.max(seenUpTo, last.offset + 1));
  }

  skipped(count: number): void {
    this.skippedTotal += count;
  }

  /** The rows of these events are durable now. */
  stored(events: readonly ReceivedUserCreated[]): void {
    this.storedTotal += events.length;
    this.recentlyStored.add(events.length);
    this.latency.turn();
    const nowMs = this.clock.now();
    for (const event of events) if (event.fetchedAtMs !== null) this.latency.record(nowMs - event.fetchedAtMs);
  }

  /** These dead letters are durable now. */
  dead(letters: readonly DeadLetter[]): void {
    this.deadTotal += letters.length;
    for (const { reason } of letters) this.deadByReason.set(reason, (this.deadByReason.get(reason) ?? 0) + 1);
  }

  vitals(): ProcessingVitals {
    const measuredMs = Math.max(1_000, Math.min(RATE_WINDOW_MS, this.clock.monotonic() - this.startedAt));
    return {
      storedTotal: this.storedTotal,
      deadTotal: this.deadTotal,
      skippedTotal: this.skippedTotal,
      batchesTotal: this.batchesTotal,
      redeliveredTotal: this.redeliveredTotal,
      deadByReason: Object.fromEntries(this.deadByReason),
      ratePerSecond: (this.recentlyStored.total() * 1_000) / measuredMs,
      latencyMs: this.latency.percentiles(),
      consumer: this.consumer.status(),
    };
  }
}
