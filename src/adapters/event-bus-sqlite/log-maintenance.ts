import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { codeOf, dispositionOf } from '../../domain/errors.js';
import { type Clock } from '../../ports/clock.port.js';
import { EventCompaction } from './event-compaction.js';
import { EventPruning, partitionLimits, type RetentionLimits } from './event-pruning.js';
import { type LogFile } from './log-file.js';
import { type LogFiles } from './log-files.js';
import { type Topic } from './topic-catalog.js';

export interface LogMaintenanceOptions {
  readonly retention: RetentionLimits;
  readonly everyMs: number;
}

/** Lets others write, and this process do its work, between two pieces. */
const BREATHER_MS = 5;

/** Removes from time to time what topics need not keep. Every process does; what one has removed, the others do not find. */
export class LogMaintenance implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(LogMaintenance.name);
  private readonly stopped = new AbortController();
  private done: Promise<void> = Promise.resolve();

  constructor(private readonly files: LogFiles, private readonly clock: Clock, private readonly options: LogMaintenanceOptions) {}

  onApplicationBootstrap(): void {
    this.done = this.repeat();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped.abort();
    await this.done;
  }

  /** One round over all topics. */
  async sweep(): Promise<void> {
    for (const file of this.files.all) {
      for (const topic of file.topics.all()) {
        if (topic.cleanup.policy === 'compact') await this.compact(file, topic, topic.cleanup.minAgeMs);
        else await this.prune(file, topic);
      }
    }
  }

  private async repeat(): Promise<void> {
    const stop = this.stopped.signal;
    while (!stop.aborted) {
      await this.clock.sleep(this.options.everyMs, stop);
      if (!stop.aborted) await this.sweepOrSay();
    }
  }

  /** A log that is away is swept next time. */
  private async sweepOrSay(): Promise<void> {
    try {
      await this.sweep();
    } catch (error) {
      if (this.isOver() || dispositionOf(error) === 'retry') return;
      this.logger.error(`retention and compaction failed: ${codeOf(error)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private async prune(file: LogFile, topic: Topic): Promise<void> {
    const limits = partitionLimits(topic, this.options.retention);
    for (const partition of topic.partitions) {
      const pruning = new EventPruning(file.sqlite, topic, partition);
      for (let to = pruning.due(limits, this.clock.now()); to !== null; to = pruning.due(limits, this.clock.now())) {
        const below = to;
        await file.writer.submit(() => pruning.remove(below));
        await this.breathe();
        if (this.isOver()) return;
      }
    }
  }

  private async compact(file: LogFile, topic: Topic, minAgeMs: number): Promise<void> {
    for (const partition of topic.partitions) {
      const compaction = new EventCompaction(file.sqlite, topic, partition);
      const agedTo = compaction.due(minAgeMs, this.clock.now());
      if (agedTo === null) continue;
      for (const ids of compaction.superseded(agedTo)) {
        if (ids.length > 0) await file.writer.submit(() => compaction.remove(ids));
        await this.breathe();
        if (this.isOver()) return;
      }
      await file.writer.submit(() => compaction.done(agedTo));
    }
  }

  private async breathe(): Promise<void> {
    await this.clock.sleep(BREATHER_MS, this.stopped.signal);
  }

  private isOver(): boolean {
    return this.stopped.signal.aborted || this.files.closed.aborted;
  }
}
