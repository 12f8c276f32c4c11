import { decompress as decompressZstd } from 'fzstd';
import kafkajs from 'kafkajs';
import { decompress as decompressLz4 } from 'lz4js';
import { uncompress as decompressSnappy } from 'snappyjs';

/** What kafkajs asks of a codec. */
interface Codec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(compressed: Buffer): Promise<Buffer>;
}

const { CompressionCodecs, CompressionTypes } = kafkajs;

/** How Java's clients frame Snappy ("xerial"): a header of 16 bytes, then blocks, each behind its length. Others send a bare block. */
const XERIAL = Buffer.from('\x82SNAPPY\0', 'latin1');
const XERIAL_HEADER_BYTES = 16;

/** kafkajs reads gzip by itself; foreign producers use the others too. We never compress. */
export function registerCodecs(): void {
  CompressionCodecs[CompressionTypes.Snappy] = () => codec('Snappy', unframeSnappy);
  CompressionCodecs[CompressionTypes.LZ4] = () => codec('LZ4', (compressed) => asBuffer(decompressLz4(compressed)));
  CompressionCodecs[CompressionTypes.ZSTD] = () => codec('Zstandard', (compressed) => asBuffer(decompressZstd(compressed)));
}

function codec(name: string, decompress: (compressed: Buffer) => Buffer): Codec {
  return {
    compress: () => Promise.reject(new Error(`${name} is read here and never written`)),
    decompress: async (compressed) => decompress(compressed),
  };
}

function unframeSnappy(compressed: Buffer): Buffer {
  if (!compressed.subarray(0, XERIAL.length).equals(XERIAL)) return decompressSnappy(compressed);
  const blocks: Buffer[] = [];
  for (let at = XERIAL_HEADER_BYTES; at < compressed.length; ) {
    const from = at + 4;
    at = from + compressed.readInt32BE(at);
    blocks.push(decompressSnappy(compressed.subarray(from, at)));
  }
  return Buffer.concat(blocks);
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
