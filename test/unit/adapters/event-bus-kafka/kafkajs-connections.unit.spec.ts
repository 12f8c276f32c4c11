import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import ConnectionOfKafkajs from 'kafkajs/src/network/connection.js';
import { requests } from 'kafkajs/src/protocol/requests/index.js';
import { mendConnections, type ProtocolRequest } from '../../../../src/adapters/event-bus-kafka/kafkajs-internals.js';
import { eventually } from '../../../support/eventually.js';

interface Connection {
  connect(): Promise<true>;
  send(request: ProtocolRequest<unknown>): Promise<unknown>;
  disconnect(): Promise<unknown>;
  isConnected(): boolean;
}

const silent: object = { namespace: () => silent, debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const apiVersions = () => (requests as { ApiVersions: { protocol(given: { version: number }): () => ProtocolRequest<unknown> } }).ApiVersions.protocol({ version: 0 })();

/** The answer to a request for the versions, that knows of none. */
function answerTo(request: Buffer): Buffer {
  const answer = Buffer.alloc(14);
  answer.writeInt32BE(10, 0);
  answer.writeInt32BE(request.readInt32BE(8), 4);
  return answer;
}

describe("kafkajs's connections", () => {
  let server: Server;
  let connection: Connection;
  const sockets: Socket[] = [];

  /** `first` does with the first connection's request what it likes; the requests of later ones are answered. */
  async function to(first: (socket: Socket, answer: Buffer) => void): Promise<void> {
    mendConnections();
    server = createServer((socket) => {
      const isFirst = sockets.push(socket) === 1;
      socket.on('error', () => undefined);
      socket.on('data', (request: Buffer) => (isFirst ? first(socket, answerTo(request)) : socket.write(answerTo(request))));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    connection = new (ConnectionOfKafkajs as new (options: object) => Connection)({
      host: '127.0.0.1',
      port,
      logger: silent,
      socketFactory: ({ onConnect }: { onConnect: () => void }) => connect({ host: '127.0.0.1', port }, onConnect),
      requestTimeout: 150,
      connectionTimeout: 3_000,
      enforceRequestTimeout: true,
    });
    await connection.connect();
  }

  afterEach(async () => {
    await connection.disconnect();
    for (const socket of sockets.splice(0)) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  async function answeredAgain(): Promise<void> {
    await eventually(() => expect(connection.isConnected()).toBe(false));
    await connection.connect();
    await expect(connection.send(apiVersions())).resolves.toMatchObject({ errorCode: 0 });
  }

  it('understand what a new socket brings after the old one was cut off in the midst of an answer', async () => {
    await to((socket, answer) => socket.end(answer.subarray(0, 7)));
    await expect(connection.send(apiVersions())).rejects.toThrow();
    await answeredAgain();
  });

  it('give up a socket that has left a request without an answer', async () => {
    await to(() => undefined);
    await expect(connection.send(apiVersions())).rejects.toMatchObject({ name: 'KafkaJSRequestTimeoutError' });
    await answeredAgain();
  });
});
