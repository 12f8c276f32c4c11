import { type KafkaConsumerOptions } from './kafka-consumer-options.js';

export interface KafkaEventBusOptions {
  /** Some of the cluster's brokers, `host:port`; the others are learnt from them. */
  readonly brokers: readonly string[];
  /** What the brokers' logs, metrics and quotas call us. */
  readonly clientId: string;
  /** TLS; each a PEM text, null where the system's authorities suffice, or no client certificate is asked for. Null: plain text. */
  readonly ssl: { readonly ca: string | null; readonly cert: string | null; readonly key: string | null } | null;
  /** How to log in; null where the listener does not ask. */
  readonly sasl: { readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; readonly username: string; readonly password: string } | null;
  /** Replicas of the topics that we make; -1: as many as the brokers make by default. */
  readonly replication: number;
  /** How the injected consumer works, where it differs from the defaults. */
  readonly consumer?: Partial<KafkaConsumerOptions>;
}
