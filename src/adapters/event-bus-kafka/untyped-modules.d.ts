/** Packages, and parts of kafkajs, that come without types; who imports the latter gives them types of its own. */
declare module 'snappyjs' {
  export function uncompress(compressed: Buffer, maxLength?: number): Buffer;
}

declare module 'lz4js' {
  export function decompress(compressed: Uint8Array, maxSize?: number): Uint8Array;
}

declare module 'kafkajs/src/cluster/index.js' {
  const Cluster: unknown;
  export default Cluster;
}

declare module 'kafkajs/src/network/connection.js' {
  const Connection: unknown;
  export default Connection;
}

declare module 'kafkajs/src/protocol/decoder.js' {
  const Decoder: unknown;
  export default Decoder;
}

declare module 'kafkajs/src/protocol/messageSet/decoder.js' {
  const decodeMessageSet: unknown;
  export default decodeMessageSet;
}

declare module 'kafkajs/src/protocol/message/compression/index.js' {
  export const lookupCodecByAttributes: unknown;
}

declare module 'kafkajs/src/protocol/requests/index.js' {
  export const requests: unknown;
}
