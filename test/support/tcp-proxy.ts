import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A wire between a client and a server that a test can cut, slow down or let go dead. */
export class TcpProxy {
  private readonly pairs = new Set<readonly [client: Socket, server: Socket]>();
  private isCut = false;
  private isSilent = false;
  private delayMs = 0;

  private constructor(
    private readonly server: Server,
    private readonly upstream: { readonly host: string; readonly port: number },
  ) {
    server.on('connection', (client) => this.join(client));
  }

  /** Listens on a free port of loopback, for the server at `upstream` (`host:port`). */
  static async to(upstream: string): Promise<TcpProxy> {
    const at = upstream.lastIndexOf(':');
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TcpProxy(server, { host: upstream.slice(0, at), port: Number(upstream.slice(at + 1)) });
  }

  /** `host:port`. */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get connections(): number {
    return this.pairs.size;
  }

  /** Ends every connection at once, as a killed server does; new ones are taken. */
  drop(): void {
    for (const pair of [...this.pairs]) this.part(pair);
  }

  /** Ends every connection and every new one, until `mend`. */
  cut(): void {
    this.isCut = true;
    this.drop();
  }

  /** Swallows everything in both directions without ending a connection, as a pulled cable does, until `mend`. What was swallowed is lost, so `mend` ends these connections. */
  goSilent(): void {
    this.isSilent = true;
  }

  /** Delivers everything so much later, in order, until `mend`. */
  delay(ms: number): void {
    this.delayMs = ms;
  }

  mend(): void {
    if (this.isSilent) this.drop();
    this.isCut = false;
    this.isSilent = false;
    this.delayMs = 0;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: Socket): void {
    if (this.isCut) {
      client.destroy();
      return;
    }
    const server = connect({ ...this.upstream, allowHalfOpen: true });
    const pair = [client, server] as const;
    this.pairs.add(pair);
    this.forward(pair, client, server);
    this.forward(pair, server, client);
  }

  private forward(pair: readonly [Socket, Socket], from: Socket, to: Socket): void {
    from.on('data', (bytes) => this.later(() => to.write(bytes)));
    from.on('end', () => this.later(() => to.end()));
    from.on('error', () => this.part(pair));
    from.on('close', () => this.part(pair));
  }

  private later(deliver: () => void): void {
    if (this.isSilent) return;
    if (this.delayMs === 0) deliver();
    else setTimeout(() => this.isSilent || deliver(), this.delayMs);
  }

  private part(pair: readonly [Socket, Socket]): void {
    this.pairs.delete(pair);
    for (const socket of pair) socket.destroy();
  }
}
