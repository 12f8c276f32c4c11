import { Inject, Injectable } from '@nestjs/common';
import { UnknownTopicError } from '../../../ports/event-bus.errors.js';
import { EventLog, type CommittedOffset, type PartitionOffsets } from '../../../ports/event-log.port.js';
import { STORAGE_OPTIONS, type StorageOptions } from '../storage.options.js';
import { partitionLedger, totalsOf, type Ledger } from './ledger.js';

/** Answers "where is every event?" from the log's offsets and the tallies that were committed with them. */
@Injectable()
export class ReadLedger {
  constructor(
    @Inject(STORAGE_OPTIONS) private readonly options: StorageOptions,
    private readonly log: EventLog,
  ) {}

  /**
   * The ledger as of now; without partitions while nobody has made the topic.
   * @throws BusUnavailableError - the log is away.
   */
  async execute(): Promise<Ledger> {
    const { topic, group } = this.options;
    const { offsets, committed } = await this.read(topic, group);
    const commits = new Map(committed.map((commit) => [commit.partition, commit]));
    const partitions = offsets.map((held) => partitionLedger(held, commits.get(held.partition)));
    return { topic, group, partitions, totals: totalsOf(partitions) };
  }

  /** The commits first: offsets read after them can only be further on, so that no commit seems to lie beyond the end. */
  private async read(topic: string, group: string): Promise<{ offsets: readonly PartitionOffsets[]; committed: readonly CommittedOffset[] }> {
    try {
      const committed = await this.log.committed(topic, group);
      return { offsets: await this.log.offsets(topic), committed };
    } catch (error) {
      if (error instanceof UnknownTopicError) return { offsets: [], committed: [] };
      throw error;
    }
  }
}
