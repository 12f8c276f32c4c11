import { setMaxListeners } from 'node:events';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Kafka, logLevel, type Admin, type KafkaConfig, type logCreator, type SASLOptions } from 'kafkajs';
import { type Clock } from '../../ports/clock.port.js';
import { BusUnavailableError } from '../../ports/event-bus.errors.js';
import { registerCodecs } from './compression-codecs.js';
import { decodeForConsumer } from './consumer-fetches.js';
import { asBusError } from './kafka-errors.js';
import { type KafkaEventBusOptions } from './kafka-event-bus.options.js';
import { KafkaFaults } from './kafka-faults.js';
import { KafkaSockets } from './kafka-sockets.js';
import { mendConnections, readFetchesWith } from './kafkajs-internals.js';
import { TopicSightings } from './topic-sightings.js';

/**
 * Every wait is named: kafkajs has other defaults where NODE_ENV is `test`. Few retries, since whoever calls us tries
 * again for as long as it takes: these are for the moment in which a leader moves.
 */
const WAITS = {
  connectionTimeout: 3_000,
  authenticationTimeout: 5_000,
  requestTimeout: 10_000,
  enforceRequestTimeout: true,
  retry: { retries: 3, initialRetryTime: 50, maxRetryTime: 1_000, factor: 0.2, multiplier: 2 },
} as const satisfies Partial<KafkaConfig>;

/**
 * The way to a cluster: connections are made when something needs them, so the brokers may not be there yet. It makes
 * kafkajs objects with our settings and is told what their work met.
 */
export class KafkaClient implements OnApplicationShutdown {
  readonly kafka: Kafka;
  /** What the last work of each kind met. */
  readonly faults: KafkaFaults;
  readonly sightings: TopicSightings;
  private readonly logger = new Logger('Kafka');
  private readonly sockets = new KafkaSockets();
  private readonly closing = new AbortController();
  private connected: Promise<Admin> | null = null;

  /** Aborts when the connections are about to be cut. */
  readonly closed: AbortSignal = this.closing.signal;

  constructor(
    readonly options: KafkaEventBusOptions,
    readonly clock: Clock,
  ) {
    registerCodecs();
    mendConnections();
    readFetchesWith(decodeForConsumer);
    setMaxListeners(0, this.closed);
    this.kafka = this.connections(this.sockets);
    this.faults = new KafkaFaults(clock);
    this.sightings = new TopicSightings(clock);
  }

  /** A further set of connections, which its owner cuts. */
  connections(sockets: KafkaSockets): Kafka {
    return new Kafka(this.config(sockets));
  }

  /** What `connections` are made with, for what reaches deeper. */
  config(sockets: KafkaSockets): KafkaConfig & typeof WAITS {
    const { brokers, clientId, ssl, sasl } = this.options;
    return {
      ...WAITS,
      brokers: [...brokers],
      clientId,
      ...(ssl === null ? {} : { ssl: Object.fromEntries(Object.entries(ssl).filter(([, pem]) => pem !== null)) }),
      ...(sasl === null ? {} : { sasl: { ...sasl } as SASLOptions }),
      socketFactory: sockets.factory,
      logLevel: logLevel.WARN,
      logCreator: this.logCreator,
    };
  }

  /**
   * Runs what asks the cluster's administration, connecting first where that is needed, and once more on a new
   * connection where one was lost. The admin is shared: what adds
   * to its target topics is not for it, since one topic that is deleted would then spoil every later call.
   * @throws what `asBusError` makes of it.
   */
  async withAdmin<Result>(what: string, work: (admin: Admin) => Promise<Result>): Promise<Result> {
    return this.tracking(what, async () => {
      try {
        return await this.onAdmin(work);
      } catch (error) {
        if (!(asBusError(error) instanceof BusUnavailableError)) throw error;
        return await this.onAdmin(work);
      }
    });
  }

  /** Runs `work`, translates what it throws, and remembers it under `what`, which is a kind of work: `publish users_created`. */
  async tracking<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
    this.throwIfClosed();
    try {
      const result = await work();
      this.faults.clear(what);
      return result;
    } catch (error) {
      this.throwIfClosed(error);
      const translated = asBusError(error);
      this.faults.met(what, translated);
      throw translated;
    }
  }

  throwIfClosed(cause?: unknown): void {
    if (this.closing.signal.aborted) throw new BusUnavailableError('the event bus was closed', { cause });
  }

  /** Cuts every connection: nothing is waited for, committed or left. What wants to end in order does so before. */
  async close(): Promise<void> {
    if (this.closing.signal.aborted) return;
    const reason = new BusUnavailableError('the event bus was closed');
    this.closing.abort(reason);
    this.sockets.cut(reason);
    this.connected = null;
  }

  /** Who had work in hand has ended it before. */
  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  private async onAdmin<Result>(work: (admin: Admin) => Promise<Result>): Promise<Result> {
    const connected = (this.connected ??= this.connectAdmin());
    try {
      return await work(await connected);
    } catch (error) {
      // Whoever shares it and failed first has disconnected it, in the middle of what was asked here: kafkajs then stumbles over itself.
      if (this.connected !== connected) throw new BusUnavailableError('the connection was given up after another request on it had failed', { cause: error });
      this.connected = null;
      void connected.then((admin) => admin.disconnect()).catch(() => undefined);
      throw error;
    }
  }

  private async connectAdmin(): Promise<Admin> {
    const admin = this.kafka.admin();
    await admin.connect();
    return admin;
  }

  /** What matters comes back as an error; the rest is for who looks into the driver. */
  private readonly logCreator: logCreator = () => ({ namespace, log }) => {
    const error = typeof log['error'] === 'string' ? ` (${log['error']})` : '';
    this.logger.debug(`${namespace}: ${log.message}${error}`);
  };
}
