import { type EventLog } from '../../../src/ports/event-log.port.js';
import { type EventPublisher } from '../../../src/ports/event-publisher.port.js';
import { type EventTopics } from '../../../src/ports/event-topics.port.js';
import { AppProcess } from '../../support/app-process.js';
import { eventually } from '../../support/eventually.js';
import { verdictOf, type Verdict } from './checker.js';
import { type History } from './history.js';
import { type Observation, type Row } from './observation.js';
import { observeLog } from './observe-log.js';

const MAX_EVENT_BYTES = 1_048_576;

/** Which adapters an installation has, as the results name them. */
export type Adapters = 'embedded' | 'Kafka and Cassandra';

/** Log and table of one test's own, the processes of the app on them, and a look at both from outside. */
export abstract class Installation {
  abstract readonly adapters: Adapters;
  abstract readonly topic: string;
  /** The consumer group of its processes. */
  abstract readonly group: string;

  /** The settings that every process of it has. */
  protected abstract readonly environment: Readonly<Record<string, string>>;

  /** A publisher of this test's own, by the adapter that the app has; for events that no run of the app publishes. */
  abstract readonly publisher: EventPublisher;

  /** Its log, read by the adapter that the app has: for a look while things move, which costs less than `observe`. */
  abstract readonly log: EventLog;

  protected abstract readonly topics: EventTopics;

  protected abstract rows(): Promise<readonly Row[]>;

  /** Ends its processes, and takes away what is its own on servers that others use too. */
  abstract close(): Promise<void>;

  /** Makes the users topic, which a process of the app would do otherwise. */
  async makeTopic(partitions = 4): Promise<void> {
    await this.topics.ensure([{ name: this.topic, partitions, cleanup: { policy: 'delete', maxAgeMs: null, maxBytes: null }, maxEventBytes: MAX_EVENT_BYTES, whenItExists: 'any' }]);
  }

  async observe(): Promise<Observation> {
    return { ...(await observeLog(this.log, this.topic, this.group)), rows: await this.rows() };
  }

  /** A process of the built app. `roles` as in ROLES. */
  start(roles: string, more: Readonly<Record<string, string>> = {}): AppProcess {
    return AppProcess.start({ ...this.environment, ROLES: roles, ...more });
  }

  /** Waits until everything on the log has been handled and committed, and says what is wrong then. */
  async settled(history: History, { withinMs = 120_000 } = {}): Promise<{ readonly verdict: Verdict; readonly seen: Observation }> {
    const seen = await eventually(
      async () => {
        // The cheap look first: the whole one reads everything, and shall not slow down what it waits for.
        refuseLag({ committed: await this.log.committed(this.topic, this.group), offsets: await this.log.offsets(this.topic) });
        const now = await this.observe();
        refuseLag(now);
        return now;
      },
      { withinMs, everyMs: 300 },
    );
    return { verdict: verdictOf(history, seen), seen };
  }
}

function refuseLag({ committed, offsets }: Pick<Observation, 'committed' | 'offsets'>): void {
  const behind = offsets.filter(({ partition, first, end }) => end > first && committed.find((one) => one.partition === partition)?.offset !== end);
  if (behind.length > 0) throw new Error(`not handled yet: ${JSON.stringify(behind)} of which is committed ${JSON.stringify(committed)}`);
}
