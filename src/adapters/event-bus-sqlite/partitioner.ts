const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** The place of a key among so many partitions: always the same one, on every machine (32-bit FNV-1a of its UTF-16 units). */
export function partitionOfKey(key: string, partitions: number): number {
  let hash = FNV_OFFSET;
  for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), FNV_PRIME);
  hash ^= hash >>> 15;
  return (hash >>> 0) % partitions;
}
