import cassandra from 'cassandra-driver';

const RANGES = 32;
const FIRST_TOKEN = -(2n ** 63n);
const RANGE = 2n ** 64n / BigInt(RANGES);
/** A range of a large table on a busy machine. */
const READ_TIMEOUT_MS = 60_000;

/** A keyspace of one run of the benchmark, the tables in it, and what is asked of them from outside. */
export class BenchKeyspace {
  #client;

  constructor({ contactPoint, localDataCenter }, name) {
    this.name = name;
    this.#client = new cassandra.Client({
      contactPoints: [contactPoint],
      localDataCenter,
      socketOptions: { readTimeout: READ_TIMEOUT_MS },
      queryOptions: { consistency: cassandra.types.consistencies.localQuorum, prepare: true, isIdempotent: true },
    });
  }

  async open() {
    await this.#execute(`CREATE KEYSPACE ${this.name} WITH replication = {'class': 'NetworkTopologyStrategy', 'replication_factor': 1}`);
    return this;
  }

  async serverVersion() {
    return (await this.#execute('SELECT release_version FROM system.local')).first().release_version;
  }

  /** A table that the app finds: four columns, no index. */
  createTable(table) {
    return this.#execute(`CREATE TABLE ${this.name}.${table} (id uuid PRIMARY KEY, first_name text, last_name text, email text)`);
  }

  /** What lies in memory and what is still to be compacted goes with it: the next measurement owes nothing to this one. */
  dropTable(table) {
    return this.#execute(`DROP TABLE ${this.name}.${table}`);
  }

  /** A rate is worth nothing if a row is missing, or has not its event's time. */
  async check(table, { rows: expected, samples }) {
    const rows = await this.#count(table);
    if (rows !== expected) throw new Error(`the table ${table} has ${rows} rows instead of ${expected}`);
    for (const { id, fields, micros } of samples) {
      const { rows: [row] } = await this.#client.execute(`SELECT first_name, last_name, email, writetime(email) AS micros FROM ${this.name}.${table} WHERE id = ?`, [id]);
      const isSame = row !== undefined && Object.entries(fields).every(([name, value]) => row[name] === value) && Number(row.micros) === micros;
      if (!isSame) throw new Error(`the table ${table} has another row for ${id} than ${JSON.stringify({ ...fields, micros })}: ${JSON.stringify(row)}`);
    }
  }

  async close() {
    await this.#execute(`DROP KEYSPACE ${this.name}`);
    await this.#client.shutdown();
  }

  /** In ranges of tokens, since a count of the whole is cut off by the server's time limit. */
  async #count(table) {
    let rows = 0;
    for (let range = 0; range < RANGES; range += 1) {
      const from = FIRST_TOKEN + BigInt(range) * RANGE;
      const counted = await this.#execute(`SELECT count(*) AS rows FROM ${this.name}.${table} WHERE token(id) > ${from} AND token(id) <= ${from + RANGE - (range === RANGES - 1 ? 1n : 0n)}`);
      rows += Number(counted.first().rows);
    }
    return rows;
  }

  #execute(query) {
    return this.#client.execute(query, [], { prepare: false });
  }
}
