import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the range that systems hand out by themselves: a server that is restarted finds its port still its own. */
const LOWEST = 20_000;
const HIGHEST = 32_000;

/** So many ports that nobody listens on at these addresses; drawn by lot, so that two runs hardly ever draw the same. */
export async function freePorts(count, addresses = ['127.0.0.1']) {
  const found = new Set();
  for (let tries = 0; found.size < count; tries++) {
    if (tries > 1_000) throw new Error(`No ${count} free ports between ${LOWEST} and ${HIGHEST}.`);
    const port = randomInt(LOWEST, HIGHEST);
    const free = await Promise.all(addresses.map((address) => isFree(port, address)));
    if (free.every(Boolean)) found.add(port);
  }
  return [...found];
}

function isFree(port, host) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
