import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { fileChanged, fileFailureOf, notAFile } from './file-failures.js';

const CHUNK_BYTES = 1_024 * 1_024;

/** A file's content, and how it looked from outside when that content was read. */
export interface Fingerprint {
  /** Of all its bytes, 64 hex digits. */
  readonly sha256: string;
  /** Size, time of modification and inode: while these stay, the content is taken to be the same. */
  readonly appearance: string;
}

/**
 * Opens a file for the time of `work`.
 * @throws SourceRefusedError - it is missing, a folder, or may not be read.
 * @throws SourceUnavailableError - it cannot be read now.
 */
export async function withFile<Result>(path: string, work: (handle: FileHandle) => Promise<Result>): Promise<Result> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    return await work(handle);
  } catch (error) {
    throw fileFailureOf(error, path);
  } finally {
    await handle?.close();
  }
}

/** The fingerprint of a file, read as a stream; throws as `withFile` does. */
export async function fingerprintOf(path: string, signal?: AbortSignal): Promise<Fingerprint> {
  return withFile(path, (handle) => fingerprintOfHandle(handle, path, signal));
}

/** @throws SourceRefusedError - it changes while it is read. */
export async function fingerprintOfHandle(handle: FileHandle, path: string, signal?: AbortSignal): Promise<Fingerprint> {
  const appearance = await appearanceOf(handle, path);
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  for (let position = 0; ; ) {
    signal?.throwIfAborted();
    const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, position);
    if (bytesRead === 0) break;
    hash.update(chunk.subarray(0, bytesRead));
    position += bytesRead;
  }
  if ((await appearanceOf(handle, path)) !== appearance) throw fileChanged(path);
  return { sha256: hash.digest('hex'), appearance };
}

/** @throws SourceRefusedError - it is no plain file. */
export async function appearanceOf(handle: FileHandle, path: string): Promise<string> {
  const stats = await handle.stat({ bigint: true });
  if (!stats.isFile()) throw notAFile(path);
  return `${stats.size}/${stats.mtimeNs}/${stats.ino}`;
}
