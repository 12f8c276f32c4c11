import { type types } from 'cassandra-driver';
import { type Candidate } from './candidate.js';
import { type TableSession } from './table-session.js';

const KEYS_AT_ONCE = 50;

/** The rows that are there for the keys of events, with the times that their columns were written at. */
export class ReadNewest {
  constructor(private readonly session: TableSession) {}

  async execute(candidates: readonly Candidate[]): Promise<ReadonlyMap<string, types.Row>> {
    if (candidates.length === 0) return new Map();
    const { row, shape } = this.session;
    const { keys } = row;
    const isSingle = shape.partitionKey.length + shape.clustering.length === 1;
    const rows = await Promise.all(isSingle ? stretches(candidates).map((some) => this.readSome(some)) : candidates.map((one) => this.readOne(one)));
    return new Map(rows.flat().map((found) => [keys.nameOf(keys.ofRow(found)), found]));
  }

  private async readSome(candidates: readonly Candidate[]): Promise<types.Row[]> {
    const { row, statements } = this.session;
    const keys = candidates.map(({ event }) => row.keys.ofEvent(event)[0] ?? '');
    return (await this.session.read(statements.newestByKeys, [keys], { routingKey: row.keys.routingKeyOf([keys[0] ?? '']), fetchSize: KEYS_AT_ONCE })).rows;
  }

  private async readOne({ event }: Candidate): Promise<types.Row[]> {
    const { row, statements } = this.session;
    const keys = row.keys.ofEvent(event);
    return (await this.session.read(statements.newestByKey, keys, { routingKey: row.keys.routingKeyOf(keys) })).rows;
  }
}

function stretches(candidates: readonly Candidate[]): Candidate[][] {
  return Array.from({ length: Math.ceil(candidates.length / KEYS_AT_ONCE) }, (_, at) => candidates.slice(at * KEYS_AT_ONCE, (at + 1) * KEYS_AT_ONCE));
}
