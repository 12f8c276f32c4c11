import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { sendAnswer, sendFault, type RandomUserFault } from './randomuser-faults.js';
import { generatedPeople, RECORDED_PAGES, RECORDED_SEED, recordedPeople, secretsOf, type RandomUserQuery, type RandomUserRecord } from './randomuser-people.js';

export interface RandomUserStubOptions {
  /** Pages 1 to 3 of any seed are the recorded ones, so that real answers flow through runs, whose seeds are their own. */
  readonly recordedForAnySeed?: boolean;
  /** The same for one seed only, so that another one gives other people. */
  readonly recordedForSeed?: string;
}

/** A page that was answered well. */
export interface ServedPage {
  readonly query: RandomUserQuery;
  readonly records: readonly RandomUserRecord[];
}

/**
 * A RandomUser API on 127.0.0.1, on a free port: recorded answers for the recorded seeds, invented ones for any other,
 * the same for the same query; failures on demand, of every kind that the real one has shown.
 *
 *     const stub = await startRandomUserStub();
 *     stub.failNext('overloaded', 2);
 *     // … RANDOMUSER_URL=stub.url …
 *     await stub.close();
 */
export class RandomUserStub {
  /** Each query that came, in order, answered well or not. */
  readonly requests: RandomUserQuery[] = [];
  /** Each page that was answered well, in order; a page asked twice is here twice. */
  readonly served: ServedPage[] = [];
  /** Every password, salt, hash and national id that was sent out. */
  readonly secrets = new Set<string>();
  /** How many requests are being answered now. */
  open = 0;

  private readonly next: RandomUserFault[] = [];
  private always: RandomUserFault | null = null;

  constructor(
    private readonly server: Server,
    private readonly options: RandomUserStubOptions,
  ) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => this.answer(request, response));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/api/1.4/`;
  }

  /** The next `times` answers fail, after those that were told to fail before. */
  failNext(fault: RandomUserFault, times = 1): void {
    for (let time = 0; time < times; time += 1) this.next.push(fault);
  }

  /** Every answer fails from now on, until `recover`. */
  failAlways(fault: RandomUserFault): void {
    this.always = fault;
  }

  recover(): void {
    this.always = null;
    this.next.length = 0;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    this.open += 1;
    response.on('close', () => (this.open -= 1));
    const query = queryOf(request);
    this.requests.push(query);
    const records = this.people(query);
    for (const record of records) for (const secret of secretsOf(record)) this.secrets.add(secret);
    const fault = this.next.shift() ?? this.always;
    if (fault !== null) return sendFault(fault, { query, records, response });
    this.served.push({ query, records });
    sendAnswer({ query, records, response });
  }

  private people(query: RandomUserQuery): RandomUserRecord[] {
    const asRecorded = (this.options.recordedForAnySeed === true || this.options.recordedForSeed === query.seed) && query.page <= RECORDED_PAGES;
    return recordedPeople(asRecorded ? { ...query, seed: RECORDED_SEED } : query) ?? generatedPeople(query);
  }
}

export async function startRandomUserStub(options: RandomUserStubOptions = {}): Promise<RandomUserStub> {
  const server = createServer();
  const stub = new RandomUserStub(server, options);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return stub;
}

/** As the API reads it: more than 5,000 results become one, a page over 10,000 becomes page 1. */
function queryOf(request: IncomingMessage): RandomUserQuery {
  const { searchParams } = new URL(request.url ?? '/', 'http://stub');
  const results = Number(searchParams.get('results') ?? 1);
  const page = Number(searchParams.get('page') ?? 1);
  return { seed: searchParams.get('seed') ?? 'unseeded', page: page > 10_000 ? 1 : page, results: results > 5_000 ? 1 : results, inc: searchParams.get('inc') };
}
