import { type ServerNode } from './jvm.mjs';

export interface KafkaOptions {
  readonly folder?: string;
  readonly brokers?: number;
  readonly heap?: string;
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  /** The port that a broker names to its clients in plain text in place of its own, such as that of a proxy before `address`. */
  readonly advertise?: (address: string) => Promise<number>;
}
/** Addresses are `host:port`, of several brokers with commas between. */
export interface KafkaCluster extends ServerNode {
  readonly brokers: string;
  readonly ssl: string;
  readonly saslPlaintext: string;
  readonly saslSsl: string;
  readonly caFile: string;
  readonly clientCertFile: string;
  readonly clientKeyFile: string;
  readonly users: { readonly plain: readonly [name: string, password: string]; readonly scram: readonly [name: string, password: string] };
  readonly classPath: string;
  readonly folder: string;
  readonly nodes: readonly ServerNode[];
  /** Ends it for good and removes its data, unless its folder was given. */
  stop(): Promise<void>;
}
export const KAFKA_VERSION: string;
export function kafkaClassPath(): Promise<string>;
export function startKafka(options?: KafkaOptions): Promise<KafkaCluster>;
