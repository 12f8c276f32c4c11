import kafkajs from 'kafkajs';
import { registerCodecs } from '../../../../src/adapters/event-bus-kafka/compression-codecs.js';

interface Codec {
  decompress(bytes: Buffer): Promise<Buffer>;
  compress(encoder: { buffer: Buffer }): Promise<Buffer>;
}

const { CompressionCodecs, CompressionTypes } = kafkajs;
const codec = (type: keyof typeof CompressionCodecs) => (CompressionCodecs[type] as () => Codec)();

/** `hello` as a bare Snappy block: its length, a literal of five bytes. */
const BLOCK = Buffer.from([5, 4 << 2, ...Buffer.from('hello')]);
const HEADER = Buffer.concat([Buffer.from('\x82SNAPPY\0', 'latin1'), Buffer.from([0, 0, 0, 1, 0, 0, 0, 1])]);
const framed = (block: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, block.length]), block]);

describe('compression codecs', () => {
  beforeAll(registerCodecs);

  it("read Snappy in Java's frames and bare", async () => {
    expect(String(await codec(CompressionTypes.Snappy).decompress(Buffer.concat([HEADER, framed(BLOCK), framed(BLOCK)])))).toBe('hellohello');
    expect(String(await codec(CompressionTypes.Snappy).decompress(BLOCK))).toBe('hello');
  });

  it('refuse to write, and say of broken bytes that they are', async () => {
    for (const type of [CompressionTypes.Snappy, CompressionTypes.LZ4, CompressionTypes.ZSTD] as const) {
      await expect(codec(type).compress({ buffer: Buffer.from('x') })).rejects.toThrow('never written');
      await expect(codec(type).decompress(Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff]))).rejects.toThrow();
    }
  });
});
