import { hostname } from 'node:os';
import { Inject, Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { codeOf, inWords } from '../../domain/errors.js';
import { Clock } from '../../ports/clock.port.js';
import { EventLog } from '../../ports/event-log.port.js';
import { EventPublisher } from '../../ports/event-publisher.port.js';
import { EventTopics, type TopicSpec } from '../../ports/event-topics.port.js';
import { decodeHeartbeat, encodeHeartbeat, type HeartbeatMessage, type InstanceHeartbeat } from './heartbeat.js';
import { heartbeatsTopic } from './journal-topics.js';
import { JOURNAL_OPTIONS } from './journal.module-definition.js';
import type { JournalOptions } from './journal.options.js';

const EVERY_MS = 1_000;
const ALIVE_FOR_MS = 5_000;
const GOODBYE_WITHIN_MS = 500;

/** Who is alive, and how they are. Nothing depends on it: a failure here is said once, and ends nothing. */
@Injectable()
export class Heartbeats implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Heartbeats');
  private readonly contributions = new Map<string, () => object>();
  private readonly mute = new Set<string>();
  private readonly others = new Map<string, { readonly beat: InstanceHeartbeat; readonly heardAt: number }>();
  private readonly closing = new AbortController();
  private readonly topic: TopicSpec;
  private readonly startedAtMs: number;
  private address: string | null = null;
  private failing = false;
  private loops: readonly Promise<void>[] = [];

  constructor(
    private readonly log: EventLog,
    private readonly publisher: EventPublisher,
    private readonly topics: EventTopics,
    private readonly clock: Clock,
    @Inject(JOURNAL_OPTIONS) private readonly options: JournalOptions,
  ) {
    this.topic = heartbeatsTopic(options.pipeline);
    this.startedAtMs = clock.now();
  }

  /** Adds what `read` returns to this instance's vitals, under `name`, from the next heartbeat on. It must not block. */
  contribute(name: string, read: () => object): void {
    this.contributions.set(name, read);
  }

  /** Says where this instance's HTTP listens. */
  announce(address: string): void {
    this.address = address;
  }

  own(): InstanceHeartbeat {
    const { instanceId, roles, version } = this.options;
    return { instanceId, roles, version, pid: process.pid, host: hostname(), address: this.address, startedAtMs: this.startedAtMs, atMs: this.clock.now(), vitals: this.vitals() };
  }

  /** This instance, then those heard of within 5 s, in the order of their ids. */
  instances(): readonly InstanceHeartbeat[] {
    const oldest = this.clock.monotonic() - ALIVE_FOR_MS;
    const alive = [...this.others.values()].filter(({ heardAt }) => heardAt >= oldest).map(({ beat }) => beat);
    return [this.own(), ...alive.sort((a, b) => a.instanceId.localeCompare(b.instanceId))];
  }

  onApplicationBootstrap(): void {
    this.loops = [this.forever(() => this.beat()), this.forever(() => this.listen())];
  }

  /** Says goodbye while the bus is still open; not for long. */
  async beforeApplicationShutdown(): Promise<void> {
    this.closing.abort();
    const said = new AbortController();
    await Promise.race([this.sayGoodbye(), this.clock.sleep(GOODBYE_WITHIN_MS, said.signal)]);
    said.abort();
  }

  private async sayGoodbye(): Promise<void> {
    await Promise.all(this.loops);
    await this.publish({ ...this.own(), leaving: true }, AbortSignal.timeout(GOODBYE_WITHIN_MS)).catch(() => undefined);
  }

  private async beat(): Promise<void> {
    await this.topics.ensure([this.topic]);
    for (; !this.closing.signal.aborted; await this.clock.sleep(EVERY_MS, this.closing.signal)) {
      await this.publish({ ...this.own(), leaving: false }, this.closing.signal);
      this.failing = false;
    }
  }

  private async listen(): Promise<void> {
    await this.topics.ensure([this.topic]);
    const from = await this.log.offsetAtTime(this.topic.name, 0, this.clock.now() - ALIVE_FOR_MS);
    for await (const batch of this.log.tail({ topic: this.topic.name, partition: 0, from }, this.closing.signal)) {
      for (const record of batch) {
        const heard = decodeHeartbeat(record);
        if (heard !== null && heard.instanceId !== this.options.instanceId) this.hear(heard);
      }
    }
  }

  private hear({ leaving, ...beat }: HeartbeatMessage): void {
    const heardAt = this.clock.monotonic();
    if (leaving) this.others.delete(beat.instanceId);
    else this.others.set(beat.instanceId, { beat, heardAt });
    for (const [instanceId, other] of this.others) {
      if (other.heardAt < heardAt - ALIVE_FOR_MS) this.others.delete(instanceId);
    }
  }

  /** What fails to tell how it is, is left out, and said once. */
  private vitals(): Record<string, unknown> {
    const vitals: Record<string, unknown> = {};
    for (const [name, read] of this.contributions) {
      try {
        vitals[name] = read();
        this.mute.delete(name);
      } catch (error) {
        if (!this.mute.has(name)) this.logger.warn(`${name} cannot tell how it is (${codeOf(error)})`);
        this.mute.add(name);
      }
    }
    return vitals;
  }

  private async publish(message: HeartbeatMessage, signal: AbortSignal): Promise<void> {
    await this.publisher.publish(this.topic.name, [encodeHeartbeat(message)], signal);
  }

  /** Begins again a second after it ended, whatever the reason; the first failure of a row is said. */
  private async forever(work: () => Promise<void>): Promise<void> {
    for (; !this.closing.signal.aborted; await this.clock.sleep(EVERY_MS, this.closing.signal)) {
      try {
        await work();
      } catch (error) {
        if (this.closing.signal.aborted) return;
        if (!this.failing) this.logger.warn(`heartbeats are not going through: ${inWords(error)}`);
        this.failing = true;
      }
    }
  }
}
