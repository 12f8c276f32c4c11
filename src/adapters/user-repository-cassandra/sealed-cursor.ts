import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto';
import { InvalidCursorError } from '../../ports/user-repository.port.js';

/** Which list a cursor belongs to: the whole table, or the people of one address. */
export type ListName = 'all' | `email:${string}`;

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Opaque cursors around Cassandra's paging states. A state holds the key of a row, which in a table without ids is a
 * name and an address, and cursors end up in access logs; and Cassandra takes some states that it did not give. So they
 * are encrypted, with a key that every process has that uses the table: its id. That hides them from who reads logs,
 * not from who reads the table.
 */
export class SealedCursors {
  private readonly key: Buffer;

  constructor(tableId: string) {
    this.key = createHash('sha256').update(`userstream cursor of ${tableId}`).digest();
  }

  seal(list: ListName, state: string): string {
    const plain = Buffer.from(state, 'hex');
    const nonce = createHmac('sha256', this.key).update(list).update('\0').update(plain).digest().subarray(0, NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.key, nonce).setAAD(Buffer.from(list));
    const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /** @throws InvalidCursorError - not a cursor of that list of that table. */
  open(list: ListName, cursor: string): string {
    const bytes = Buffer.from(cursor, 'base64url');
    if (bytes.length <= NONCE_BYTES + TAG_BYTES || bytes.toString('base64url') !== cursor) throw invalidCursor();
    const decipher = createDecipheriv(CIPHER, this.key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(list))
      .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('hex');
    } catch (error) {
      throw invalidCursor(error);
    }
  }
}

export function invalidCursor(cause?: unknown): InvalidCursorError {
  return new InvalidCursorError('this cursor does not come from this list', { ...(cause === undefined ? {} : { cause }), remedy: 'begin again without a cursor' });
}
