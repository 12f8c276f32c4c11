import { type types } from 'cassandra-driver';
import { QueryNotSupportedError, type RowKey, type StoredPage, type StoredUser } from '../../ports/user-repository.port.js';
import { quoted } from './identifiers.js';
import { invalidCursor, SealedCursors, type ListName } from './sealed-cursor.js';
import { tableName } from './table-definition.js';
import { type TableSession } from './table-session.js';

const KEYS_AT_ONCE = 50;
/** Reads under way for one call; further ones wait for these, not in front of everybody else's. */
const READS_AT_ONCE = 32;

interface Asked {
  readonly list: ListName;
  readonly query: string;
  readonly params: readonly unknown[];
  readonly isWanted: (row: types.Row) => boolean;
}

/** The queries of the port on an open table. */
export class AskUsers {
  private readonly cursors: SealedCursors;

  constructor(private readonly session: TableSession) {
    this.cursors = new SealedCursors(session.tableId);
  }

  async findAll(keys: readonly RowKey[]): Promise<readonly (StoredUser | null)[]> {
    const { row, shape } = this.session;
    const columns = [...shape.partitionKey, ...shape.clustering].map(({ name }) => name);
    const wanted = keys.map((key) => columns.map((column) => valueOf(key, column)));
    const possible = wanted.filter((values) => row.keys.isPossible(values));
    const atOnce = columns.length === 1 ? KEYS_AT_ONCE : 1;
    const found = new Map<string, StoredUser>();
    for (let from = 0; from < possible.length; from += atOnce * READS_AT_ONCE) {
      const stretches = Array.from({ length: READS_AT_ONCE }, (_, at) => possible.slice(from + at * atOnce, Math.min(from + (at + 1) * atOnce, possible.length)));
      const rows = await Promise.all(stretches.filter((stretch) => stretch.length > 0).map((stretch) => this.rowsOf(stretch)));
      for (const one of rows.flat()) found.set(row.keys.nameOf(row.keys.ofRow(one)), row.stored(one));
    }
    return wanted.map((values) => found.get(row.keys.nameOf(values)) ?? null);
  }

  async findByEmail(email: string, page: { cursor: string | null; limit: number }): Promise<StoredPage> {
    const { shape, statements } = this.session;
    if (!shape.byEmail) {
      throw new QueryNotSupportedError('the table has no index on email, and reading all of it is not done', {
        remedy: `make an index, and restart: CREATE INDEX ON ${tableName(shape.name)} (${quoted('email')}) USING 'sai' (Cassandra 5.0 or later)`,
      });
    }
    const asked: Asked = { list: `email:${email}`, query: statements.byEmail, params: [email], isWanted: (row) => row.get('email') === email };
    if (email === '' || !email.isWellFormed()) return this.emptyPage(asked, page.cursor);
    return this.page(asked, page);
  }

  async list(page: { cursor: string | null; limit: number }): Promise<StoredPage> {
    return this.page({ list: 'all', query: this.session.statements.all, params: [], isWanted: () => true }, page);
  }

  private async rowsOf(keys: readonly (readonly string[])[]): Promise<types.Row[]> {
    const { row, statements, shape } = this.session;
    const [first = []] = keys;
    const routingKey = row.keys.routingKeyOf(first);
    if (shape.partitionKey.length + shape.clustering.length > 1) return (await this.session.read(statements.byKey, first, { routingKey })).rows;
    return (await this.session.read(statements.byKeys, [keys.map(([value]) => value)], { routingKey, fetchSize: KEYS_AT_ONCE })).rows;
  }

  private emptyPage({ list }: Asked, cursor: string | null): StoredPage {
    if (cursor !== null) this.cursors.open(list, cursor);
    return { items: [], next: null };
  }

  /** A page of Cassandra's may hold fewer rows than asked for, or none, and yet not be the last: ours is full or the last. */
  private async page(asked: Asked, { cursor, limit }: { cursor: string | null; limit: number }): Promise<StoredPage> {
    const items: StoredUser[] = [];
    let state = cursor === null ? null : this.cursors.open(asked.list, cursor);
    do {
      const { rows, next } = await this.stretch(asked, state, limit - items.length);
      items.push(...rows.map((row) => this.session.row.stored(row)));
      state = next;
    } while (state !== null && items.length < limit);
    const isMore = state !== null && (await this.isAnyAfter(asked, state));
    return { items, next: isMore && state !== null ? this.cursors.seal(asked.list, state) : null };
  }

  private async isAnyAfter(asked: Asked, after: string): Promise<boolean> {
    let state: string | null = after;
    while (state !== null) {
      const stretch: { rows: types.Row[]; next: string | null } = await this.stretch(asked, state, 1);
      if (stretch.rows.length > 0) return true;
      state = stretch.next;
    }
    return false;
  }

  private async stretch({ query, params, isWanted }: Asked, state: string | null, fetchSize: number): Promise<{ rows: types.Row[]; next: string | null }> {
    try {
      const result = await this.session.read(query, params, { fetchSize, ...(state === null ? {} : { pageState: state }) });
      return { rows: result.rows.filter(isWanted), next: result.pageState ?? null };
    } catch (error) {
      // Another version of the server, after an upgrade, cannot read the states of the one before.
      if (state !== null && error instanceof Error && /paging state/i.test(error.message)) throw invalidCursor(error);
      throw error;
    }
  }
}

function valueOf(key: RowKey, column: string): string {
  const value = key[column];
  if (value === undefined) throw new TypeError(`the rows of this table are addressed by ${column}, which the key does not have`);
  return value;
}
