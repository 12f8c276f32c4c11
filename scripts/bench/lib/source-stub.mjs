import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

/**
 * Speaks like the RandomUser API, on loopback, one person a page. The person's email names the page, and `answeredAt`
 * says by email when the answer was handed to the system: nanoseconds of the system's monotonic clock. With `tell`,
 * people have ids, by which `answeredAt` then goes, and `tell` hears each as its answer leaves.
 */
export class SourceStub {
  answeredAt = new Map();
  #tell;
  #server = createServer((request, response) => this.#answer(request, response));

  constructor({ tell } = {}) {
    this.#tell = tell;
  }

  async listen() {
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}/api/`;
  }

  async close() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request, response) {
    const { searchParams } = new URL(request.url, this.url);
    const [seed, page, results] = ['seed', 'page', 'results'].map((name) => searchParams.get(name));
    const people = Array.from({ length: Number(results) }, (_, index) => this.#person(`${seed}.${page}.${index}`));
    response.setHeader('content-type', 'application/json');
    for (const { email, login } of people) this.answeredAt.set(login?.uuid ?? email, process.hrtime.bigint());
    for (const { login } of people) this.#tell?.(login.uuid);
    response.end(JSON.stringify({ results: people, info: { seed, results: people.length, page: Number(page), version: '1.4' } }));
  }

  #person(name) {
    const login = this.#tell === undefined ? {} : { login: { uuid: uuidOf(name) } };
    return { name: { title: 'Ms', first: 'Ada', last: 'Lovelace' }, email: `${name}@example.com`, ...login };
  }
}

/** A random-looking id, the same for the same name: a page that is asked for twice has the same people. */
function uuidOf(name) {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** A server that takes connections and never answers: what `auto` meets behind a firewall. */
export async function silentServer() {
  const server = createServer(() => undefined);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/api/`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
