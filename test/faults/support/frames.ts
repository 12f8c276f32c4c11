/** As much of a server's protocol as it takes to tell its messages apart on the wire. */
export interface Framing {
  /** The size in bytes of the frame that begins here; null as long as too little of it has come. */
  readonly sizeOf: (bytes: Buffer) => number | null;
  /** What an answer has in common with the request that it belongs to. */
  readonly tagOfRequest: (frame: Buffer) => number;
  readonly tagOfAnswer: (frame: Buffer) => number;
  /** Whether the answer to this request acknowledges a write. */
  readonly isWrite: (request: Buffer) => boolean;
}

const KAFKA_LENGTH = 4;
const PRODUCE = 0;

/** A length, then of a request the kind, the version and its number, and of an answer that number. */
export const KAFKA_FRAMES: Framing = {
  sizeOf: (bytes) => (bytes.length < KAFKA_LENGTH ? null : KAFKA_LENGTH + bytes.readInt32BE(0)),
  tagOfRequest: (frame) => frame.readInt32BE(8),
  tagOfAnswer: (frame) => frame.readInt32BE(4),
  isWrite: (request) => request.readInt16BE(4) === PRODUCE,
};

const CQL_HEADER = 9;
const BATCH = 0x0d;

/** CQL, version 4: a header with version, flags, stream, kind and the length of what follows, the same both ways. */
export const CQL_FRAMES: Framing = {
  sizeOf: (bytes) => (bytes.length < CQL_HEADER ? null : CQL_HEADER + bytes.readInt32BE(5)),
  tagOfRequest: (frame) => frame.readInt16BE(2),
  tagOfAnswer: (frame) => frame.readInt16BE(2),
  isWrite: (request) => request[4] === BATCH,
};

/** Cuts what comes in over one direction of a connection into whole frames. */
export class FrameCutter {
  private rest: Buffer = Buffer.alloc(0);

  constructor(private readonly framing: Framing) {}

  take(bytes: Buffer): readonly Buffer[] {
    const frames: Buffer[] = [];
    let all = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    for (let size = this.framing.sizeOf(all); size !== null && size <= all.length; size = this.framing.sizeOf(all)) {
      frames.push(all.subarray(0, size));
      all = all.subarray(size);
    }
    this.rest = all;
    return frames;
  }
}
