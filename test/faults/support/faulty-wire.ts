import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { type Dice } from './dice.js';
import { FrameCutter, type Framing } from './frames.js';

/** How often a thing happens: once in so many frames on average, and at the latest after twice as many. */
export interface WireFaults {
  /** Of the answers that acknowledge a write: the server has done it, and its answer is lost with the connection. */
  readonly lostAcknowledgement: number;
  /** Half of the frame is delivered, then the connection ends. */
  readonly cut: number;
  /** The frame, and what comes after it, is late. */
  readonly late: number;
  /** The server's side ends, and nobody tells the client: whatever it sends is swallowed. */
  readonly halfOpen: number;
}

export type Fault = keyof WireFaults;

const LATE_MS = { from: 10, to: 250 };

/** A wire whose frames meet with faults, thrown by dice, between clients and a server that answers each request once. */
export class FaultyWire {
  readonly met: Record<Fault, number> = { lostAcknowledgement: 0, cut: 0, late: 0, halfOpen: 0 };
  private readonly connections = new Set<Connection>();
  private faults: WireFaults | null = null;
  /** How many more frames until it happens. */
  private readonly left = new Map<Fault, number>();

  private constructor(
    private readonly server: Server,
    readonly framing: Framing,
    private readonly dice: Dice,
    upstream: { readonly host: string; readonly port: number },
  ) {
    server.on('connection', (client) => {
      const connection = new Connection(this, client, connect(upstream), () => this.connections.delete(connection));
      this.connections.add(connection);
    });
  }

  /** Listens on a free port of loopback, for the server at `upstream` (`host:port`); nothing is wrong before `begin`. */
  static async to(upstream: string, framing: Framing, dice: Dice): Promise<FaultyWire> {
    const [host = '', port = ''] = upstream.split(':');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FaultyWire(server, framing, dice, { host, port: Number(port) });
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** `host:port`. */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  begin(faults: WireFaults): void {
    this.faults = faults;
  }

  /** Nothing happens any more; what went dead stays dead until its client gives it up. */
  calm(): void {
    this.faults = null;
  }

  async close(): Promise<void> {
    for (const connection of [...this.connections]) connection.end();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** What befalls a frame; null for nothing. */
  fateOf(frame: { readonly acknowledgesWrite: boolean }): Fault | null {
    if (this.faults === null) return null;
    if (frame.acknowledgesWrite && this.isDue('lostAcknowledgement', this.faults)) return 'lostAcknowledgement';
    return (['cut', 'halfOpen', 'late'] as const).find((fault) => this.faults !== null && this.isDue(fault, this.faults)) ?? null;
  }

  lateMs(): number {
    return this.dice.between(LATE_MS.from, LATE_MS.to);
  }

  private isDue(fault: Fault, faults: WireFaults): boolean {
    const left = (this.left.get(fault) ?? this.dice.between(1, 2 * faults[fault])) - 1;
    this.left.set(fault, left);
    if (left > 0) return false;
    this.left.delete(fault);
    this.met[fault] += 1;
    return true;
  }
}

/** One client's connection to the server. */
class Connection {
  private readonly writes = new Set<number>();
  private isDead = false;

  constructor(
    private readonly wire: FaultyWire,
    private readonly client: Socket,
    private readonly server: Socket,
    private readonly ended: () => void,
  ) {
    const { tagOfRequest, tagOfAnswer, isWrite } = wire.framing;
    this.forward(client, server, (request) => {
      if (isWrite(request)) this.writes.add(tagOfRequest(request));
      return false;
    });
    this.forward(server, client, (answer) => this.writes.delete(tagOfAnswer(answer)));
    client.on('close', () => this.end());
    server.on('close', () => this.isDead || this.end());
    for (const socket of [client, server]) socket.on('error', () => undefined).setNoDelay(true);
  }

  end(): void {
    this.isDead = true;
    this.client.destroy();
    this.server.destroy();
    this.ended();
  }

  /** In order, each frame as late as the one before it, or later. */
  private forward(from: Socket, to: Socket, acknowledgesWrite: (frame: Buffer) => boolean): void {
    const cutter = new FrameCutter(this.wire.framing);
    let turn: Promise<void> | null = null;
    from.on('data', (bytes) => {
      if (this.isDead) return;
      for (const frame of cutter.take(bytes)) {
        const fate = this.wire.fateOf({ acknowledgesWrite: acknowledgesWrite(frame) });
        if (turn === null && fate !== 'late') this.deliver(frame, to, fate);
        else turn = this.deliverLate(turn, frame, to, fate);
      }
    });
    from.on('end', () => this.isDead || void Promise.resolve(turn).then(() => to.end()));
  }

  private async deliverLate(turn: Promise<void> | null, frame: Buffer, to: Socket, fate: Fault | null): Promise<void> {
    await turn;
    if (fate === 'late') await new Promise((resolve) => setTimeout(resolve, this.wire.lateMs()));
    this.deliver(frame, to, fate);
  }

  private deliver(frame: Buffer, to: Socket, fate: Fault | null): void {
    if (this.isDead) return;
    switch (fate) {
      case null:
      case 'late':
        to.write(frame);
        return;
      case 'lostAcknowledgement':
        return this.end();
      case 'cut':
        to.write(frame.subarray(0, frame.length >> 1), () => this.end());
        this.isDead = true;
        return;
      case 'halfOpen':
        this.isDead = true;
        this.server.destroy();
    }
  }
}
