/**
 * The one file that reaches into kafkajs, whose version is pinned: it has no public way to read without a group, and
 * its own reading of an answer stumbles over what docs/decisions/0012 lists. The types here are what we use, no more.
 */
import { type Socket } from 'node:net';
import ClusterOfKafkajs from 'kafkajs/src/cluster/index.js';
import ConnectionOfKafkajs from 'kafkajs/src/network/connection.js';
import DecoderOfKafkajs from 'kafkajs/src/protocol/decoder.js';
import { lookupCodecByAttributes } from 'kafkajs/src/protocol/message/compression/index.js';
import decodeMessageSetOfKafkajs from 'kafkajs/src/protocol/messageSet/decoder.js';
import { requests as requestsOfKafkajs } from 'kafkajs/src/protocol/requests/index.js';
import { type KafkaConfig, type Logger } from 'kafkajs';
import { type OldRecord } from './kafka-records.js';

export interface PartitionMetadata {
  readonly partitionId: number;
  /** The broker's id; -1 where there is none now. */
  readonly leader: number;
  readonly replicas: readonly number[];
}

export interface TopicMetadata {
  readonly topic: string;
  readonly partitionMetadata: readonly PartitionMetadata[];
}

/** A request as kafkajs sends it, and how its answer is read. */
export interface ProtocolRequest<Answer> {
  readonly request: object;
  readonly response: { decode(raw: Buffer): Promise<Answer>; parse(answer: Answer): Promise<Answer> };
  readonly requestTimeout?: number;
}

export interface RequestDefinition<Parameters, Answer> {
  readonly versions: readonly string[];
  protocol(given: { readonly version: number }): (parameters: Parameters) => ProtocolRequest<Answer>;
}

/** Offsets before a time: -2 is the first one left, -1 the next one to be given. */
export interface ListOffsets {
  readonly replicaId: -1;
  /** 0: of all records, also of open transactions. */
  readonly isolationLevel: 0;
  readonly topics: readonly { readonly topic: string; readonly partitions: readonly { readonly partition: number; readonly timestamp: number }[] }[];
}

export interface Broker {
  readonly connectionPool: { send<Answer>(request: ProtocolRequest<Answer>): Promise<Answer> };
  /** Picks the newest version of a request that both sides know. */
  lookupRequest<Parameters, Answer>(apiKey: number, definition: RequestDefinition<Parameters, Answer>): (parameters: Parameters) => ProtocolRequest<Answer>;
  listOffsets(request: ListOffsets): Promise<{ responses: readonly { partitions: readonly { partition: number; offset: string }[] }[] }>;
  apiVersions(): Promise<object>;
  findGroupCoordinator(request: { readonly groupId: string; readonly coordinatorType: 0 }): Promise<object>;
  disconnect(): Promise<void>;
}

export interface Cluster {
  readonly brokerPool: {
    readonly metadata: { readonly topicMetadata: readonly TopicMetadata[] } | null;
    /** Asks for these topics, connecting first where that is needed. */
    refreshMetadata(topics: readonly string[]): Promise<void>;
    findConnectedBroker(): Promise<Broker>;
  };
  /** The broker of that id among those that metadata has named, connected. */
  findBroker(given: { readonly nodeId: number }): Promise<Broker>;
  disconnect(): Promise<void>;
}

export interface ClusterOptions extends KafkaConfig {
  readonly logger: Logger;
  readonly allowAutoTopicCreation: false;
}

export interface Decoder {
  readInt16(): number;
  readInt32(): number;
  readInt64(): bigint;
  readString(): string | null;
  readBytes(length?: number): Buffer | null;
  canReadBytes(length: number): boolean;
}

export interface FetchParameters {
  readonly maxWaitTime: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly topics: readonly { readonly topic: string; readonly partitions: readonly { readonly partition: number; readonly fetchOffset: number; readonly maxBytes: number }[] }[];
}

export const Cluster = ClusterOfKafkajs as new (options: ClusterOptions) => Cluster;
export const Decoder = DecoderOfKafkajs as new (buffer: Buffer) => Decoder;
/** What reads the records of a batch with these attributes; null where they are not compressed. */
export const codecOf = lookupCodecByAttributes as (attributes: number) => { decompress(compressed: Buffer): Promise<Buffer> } | null;
/** The messages of before Kafka 0.11. */
export const decodeMessageSet = decodeMessageSetOfKafkajs as (decoder: Decoder, bytes: number) => Promise<readonly OldRecord[]>;

/** What kafkajs's consumer takes for the answer to a fetch. */
export interface ConsumersAnswer {
  /** How long the connection is to be left alone. */
  readonly clientSideThrottleTime: number;
  readonly responses: readonly {
    readonly topicName: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly errorCode: number;
      readonly highWatermark: string;
      /** What it takes for one record each. */
      readonly messages: readonly { readonly offset: string; readonly isControlRecord: boolean }[];
    }[];
  }[];
}

const { Fetch: fetchOfKafkajs } = requestsOfKafkajs as { Fetch: { versions: readonly string[]; protocol: RequestDefinition<FetchParameters, ConsumersAnswer>['protocol'] } };
const protocol = fetchOfKafkajs.protocol;
/** The versions whose answers hold batches of records. */
export const fetchRequests: RequestDefinition<FetchParameters, unknown> = { versions: fetchOfKafkajs.versions.filter((version) => Number(version) >= 4), protocol };

/** From then on kafkajs's consumers get what `decode` makes of an answer; what is an error in it stays theirs to see. */
export function readFetchesWith(decode: (raw: Buffer, version: number, asked: FetchParameters) => Promise<ConsumersAnswer>): void {
  fetchOfKafkajs.versions = fetchRequests.versions;
  fetchOfKafkajs.protocol = ({ version }) => (asked) => {
    const request = protocol({ version })(asked);
    return { ...request, response: { decode: (raw) => decode(raw, version, asked), parse: (answer) => request.response.parse(answer) } };
  };
}

interface Connection {
  connect: (this: Connection) => Promise<true>;
  send: (this: Connection, request: object) => Promise<unknown>;
  isConnected(): boolean;
  readonly socket?: Socket;
  /** What has come of an answer, and how much more it takes. */
  chunks: readonly Buffer[];
  bytesBuffered: number;
  bytesNeeded: number;
}

const { prototype: connections } = ConnectionOfKafkajs as { readonly prototype: Connection };
const connect: (this: Connection) => Promise<true> = Reflect.get(connections, 'connect');
const send: (this: Connection, request: object) => Promise<unknown> = Reflect.get(connections, 'send');
const connecting = new WeakMap<Connection, Promise<true>>();

/** Of an answer's length, which comes first. */
const LENGTH_BYTES = 4;

/**
 * What kafkajs's connections lack, which are connected again and again for as long as their broker is known:
 * - Requests that come while a connection is being made wait for it. kafkajs makes a socket for each of them, keeps the
 *   last, and takes the end of any other, some minutes later, for the end of that one.
 * - A new socket begins with a new answer. kafkajs would put what comes behind the half of one that the old socket was
 *   cut off in, and understand nothing that this connection brings ever after.
 * - A socket that has left a request without an answer is given up. kafkajs would use one that has gone dead until the
 *   system notices, which may take a quarter of an hour.
 */
export function mendConnections(): void {
  connections.connect = function (this: Connection) {
    const shared = connecting.get(this) ?? connectAfresh(this).finally(() => connecting.delete(this));
    connecting.set(this, shared);
    return shared;
  };
  connections.send = async function (this: Connection, request: object) {
    const { socket } = this;
    try {
      return await send.call(this, request);
    } catch (error) {
      if (error instanceof Error && error.name === 'KafkaJSRequestTimeoutError') socket?.destroy(error);
      throw error;
    }
  };
}

function connectAfresh(connection: Connection): Promise<true> {
  if (!connection.isConnected()) Object.assign(connection, { chunks: [], bytesBuffered: 0, bytesNeeded: LENGTH_BYTES });
  return connect.call(connection);
}
