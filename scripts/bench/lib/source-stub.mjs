import { createServer } from 'node:http';

/**
 * Speaks like the RandomUser API, on loopback, one person a page. The person's email names the page, and `answeredAt`
 * says by email when the answer was handed to the system: nanoseconds of the system's monotonic clock.
 */
export class SourceStub {
  answeredAt = new Map();
  #server = createServer((request, response) => this.#answer(request, response));

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
    const people = Array.from({ length: Number(results) }, (_, index) => ({ name: { title: 'Ms', first: 'Ada', last: 'Lovelace' }, email: `${seed}.${page}.${index}@example.com` }));
    response.setHeader('content-type', 'application/json');
    for (const { email } of people) this.answeredAt.set(email, process.hrtime.bigint());
    response.end(JSON.stringify({ results: people, info: { seed, results: people.length, page: Number(page), version: '1.4' } }));
  }
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
