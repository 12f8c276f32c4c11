import { connect as connectPlain, isIP, Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type ISocketFactory, type ISocketFactoryArgs } from 'kafkajs';

const KEEP_ALIVE_MS = 60_000;

/** The code of a connection in plain text to a port that speaks TLS. */
export const BROKER_SPEAKS_TLS = 'ERR_BROKER_SPEAKS_TLS';

/** The code of certificates of ours that TLS cannot read. */
export const OUR_CERTIFICATE_UNUSABLE = 'ERR_OUR_CERTIFICATE_UNUSABLE';

/** The code of a connection to something whose answers are not Kafka's. */
export const NOT_KAFKA = 'ERR_NOT_KAFKA';

/** A TLS alert: to a broker's answer it would be a length of 352 MB. */
const TLS_ALERT = [0x15, 0x03];

/**
 * The sockets of one thing, so that they can be cut at once: kafkajs by itself waits for the answer of a long poll
 * before it lets go of a connection.
 */
export class KafkaSockets {
  private readonly open = new Set<Socket>();
  private reason: Error | null = null;

  /** What kafkajs calls to connect. */
  readonly factory: ISocketFactory = (args) => {
    if (this.reason !== null) throw this.reason;
    const socket = connect(args);
    this.open.add(socket);
    socket.once('close', () => this.forget(socket));
    guardReading(socket, `${args.host}:${args.port}`);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    return socket;
  };

  get isCut(): boolean {
    return this.reason !== null;
  }

  /** kafkajs lets go of a connection as often as it fails, and a socket that is closed would remember each time. */
  private forget(socket: Socket): void {
    this.open.delete(socket);
    socket.unref = () => socket;
  }

  /** Ends every connection, and whatever waits for an answer on one, with `reason`; there will be no new ones. */
  cut(reason: Error): void {
    this.reason ??= reason;
    for (const socket of this.open) socket.destroy(reason);
  }
}

function connect(args: ISocketFactoryArgs): Socket {
  // kafkajs gives null or undefined for plain text, whatever its types say.
  return (args.ssl as unknown) ? connectEncrypted(args) : connectInPlainText(args);
}

/** kafkajs reads answers in a listener: what it throws there would be nobody's, and end the process. It ends the connection. */
function guardReading(socket: Socket, address: string): void {
  const emit = socket.emit.bind(socket) as (event: string, ...rest: unknown[]) => boolean;
  socket.emit = (event: string, ...rest: unknown[]) => {
    if (event !== 'data') return emit(event, ...rest);
    try {
      return emit(event, ...rest);
    } catch (cause) {
      socket.destroy(Object.assign(new Error(`${address} answers what is not Kafka's protocol`, { cause }), { code: NOT_KAFKA }));
      return true;
    }
  };
}

/** What TLS says of our certificates it throws, and kafkajs would drop its code; as a socket's error it is kept. */
function connectEncrypted({ host, port, ssl, onConnect }: ISocketFactoryArgs): Socket {
  try {
    return connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}), ...ssl }, onConnect);
  } catch (error) {
    return new Socket().destroy(Object.assign(new Error(error instanceof Error ? error.message : 'unknown'), { code: OUR_CERTIFICATE_UNUSABLE }));
  }
}

function connectInPlainText({ host, port, onConnect }: ISocketFactoryArgs): Socket {
  const socket = connectPlain({ host, port }, onConnect);
  socket.once('data', (first: Buffer) => {
    if (TLS_ALERT.every((byte, index) => first[index] === byte)) {
      socket.destroy(Object.assign(new Error(`${host}:${port} speaks TLS`), { code: BROKER_SPEAKS_TLS }));
    }
  });
  return socket;
}
