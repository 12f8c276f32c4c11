import { SystemClock } from '../../src/adapters/clock-system/system-clock.js';
import { type ConsumerOptions } from '../../src/adapters/event-bus-sqlite/consumer-options.js';
import { LogFiles, type LogFilesOptions } from '../../src/adapters/event-bus-sqlite/log-files.js';
import { SqliteEventConsumer } from '../../src/adapters/event-bus-sqlite/sqlite-event-consumer.js';
import { SqliteEventLog } from '../../src/adapters/event-bus-sqlite/sqlite-event-log.js';
import { SqliteEventPublisher } from '../../src/adapters/event-bus-sqlite/sqlite-event-publisher.js';
import { SqliteEventTopics } from '../../src/adapters/event-bus-sqlite/sqlite-event-topics.js';
import { type Clock } from '../../src/ports/clock.port.js';
import { type BusTraits, type BusUnderTest, type OpenedConsumer } from '../contracts/event-bus/harness.js';
import { temporaryFolder } from './temporary-folder.js';

/** Quick, so that a test need not wait long for a lease; longer than a busy machine keeps a process from its turn. */
export const QUICK_CONSUMER: Partial<ConsumerOptions> = { leaseMs: 1_500, renewEveryMs: 80, handoverMs: 1_000, retry: { baseMs: 20, maxMs: 60 } };

export const SQLITE_TRAITS: BusTraits = {
  rebalanceMs: 4_000,
  noticeMs: 60,
  largestValue: (maxEventBytes, keyBytes) => maxEventBytes - keyBytes,
};

/** The embedded log on a folder of its own; each consumer has connections of its own, as if in another process. */
export class SqliteBus implements BusUnderTest {
  private readonly others = new Set<LogFiles>();

  private constructor(private readonly options: LogFilesOptions, readonly clock: Clock, public files: LogFiles) {}

  static async open({ clock = new SystemClock(), dataDir = temporaryFolder(), ...rest }: Partial<LogFilesOptions> & { clock?: Clock } = {}): Promise<SqliteBus> {
    const options = { dataDir, ...rest };
    return new SqliteBus(options, clock, await LogFiles.open(options, clock));
  }

  get dataDir(): string {
    return this.options.dataDir;
  }

  get topics(): SqliteEventTopics {
    return new SqliteEventTopics(this.files);
  }

  get publisher(): SqliteEventPublisher {
    return new SqliteEventPublisher(this.files, this.clock);
  }

  get log(): SqliteEventLog {
    return new SqliteEventLog(this.files, this.clock);
  }

  async openConsumer(options: Partial<ConsumerOptions> = {}): Promise<OpenedConsumer> {
    const files = await LogFiles.open(this.options, this.clock);
    this.others.add(files);
    const die = async () => files.close();
    return { consumer: new SqliteEventConsumer(files, this.clock, { ...QUICK_CONSUMER, ...options }), die };
  }

  async reopen(): Promise<void> {
    await this.close();
    this.files = await LogFiles.open(this.options, this.clock);
  }

  async close(): Promise<void> {
    for (const files of [this.files, ...this.others]) files.close();
    this.others.clear();
  }
}
