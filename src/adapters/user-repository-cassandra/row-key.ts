import { type types } from 'cassandra-driver';
import { type ReceivedUserCreated } from '../../domain/user-created.js';
import { type RejectedRow } from '../../ports/user-repository.port.js';
import { type BoundColumn, type TableShape } from './table-shape.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The longest partition key, and the longest clustering columns together, in bytes: Cassandra's own limit. */
const MAX_KEY_BYTES = 65_535;
/** What each column of a partition key of several takes beside its value. */
const BYTES_A_PART = 3;

export type RowFault = Pick<RejectedRow, 'reason' | 'message'>;

/** The key's columns of one table: how an event, a row and somebody's question name the same row. */
export class RowKeys {
  private readonly columns: readonly BoundColumn[];

  constructor(private readonly shape: Pick<TableShape, 'identity' | 'partitionKey' | 'clustering'>) {
    this.columns = [...shape.partitionKey, ...shape.clustering];
  }

  /** What tells rows apart, as one text. */
  nameOf(values: readonly string[]): string {
    return this.columns.length === 1 ? (values[0] ?? '') : JSON.stringify(values);
  }

  /** The key's values, in its order; of an event that is without fault. */
  ofEvent({ user }: ReceivedUserCreated): string[] {
    return this.columns.map(({ name }) => (name === 'id' ? user.id : (user.fields[name] ?? '')));
  }

  ofRow(row: types.Row): string[] {
    return this.columns.map(({ name }) => String(row.get(name)));
  }

  /** The partition key as the nodes hash it. */
  routingKeyOf(values: readonly string[]): Buffer {
    const parts = this.shape.partitionKey.map(({ type }, index) => serialised(type, values[index] ?? ''));
    const [only] = parts;
    if (parts.length === 1 && only !== undefined) return only;
    return Buffer.concat(parts.flatMap((part) => [Buffer.of(part.length >> 8, part.length & 0xff), part, Buffer.of(0)]));
  }

  /** Whether there can be a row with this key at all; where not, nobody needs to ask. */
  isPossible(values: readonly string[]): boolean {
    if (values.some((value, index) => this.columns[index]?.name === 'id' && !isUserId(value))) return false;
    return values.every((value) => value.isWellFormed()) && this.faultOfValues(values) === null;
  }

  /** Why an event has no key that Cassandra takes, or null. */
  faultOf(event: ReceivedUserCreated): RowFault | null {
    if (this.shape.identity.kind === 'id') return null;
    const missing = this.columns.find(({ name }) => name !== 'id' && event.user.fields[name] === undefined);
    if (missing !== undefined) return { reason: 'row.constraint', message: `there is no value for ${missing.name}, a column of the key` };
    return this.faultOfValues(this.ofEvent(event));
  }

  private faultOfValues(values: readonly string[]): RowFault | null {
    const lengths = values.map((value) => Buffer.byteLength(value));
    const parts = this.shape.partitionKey.length;
    if (parts === 1 && lengths[0] === 0) return { reason: 'row.constraint', message: 'the key is empty' };
    const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
    const tooLong = sum(lengths.slice(0, parts)) + (parts > 1 ? parts * BYTES_A_PART : 0) > MAX_KEY_BYTES || sum(lengths.slice(parts)) > MAX_KEY_BYTES;
    return tooLong ? { reason: 'row.too-large', message: `the key has more than ${MAX_KEY_BYTES} bytes` } : null;
  }
}

/** A UUID in lower case, as every user's id is. */
export function isUserId(text: string): boolean {
  return UUID.test(text);
}

function serialised(type: BoundColumn['type'], value: string): Buffer {
  return type === 'uuid' ? Buffer.from(value.replaceAll('-', ''), 'hex') : Buffer.from(value);
}
