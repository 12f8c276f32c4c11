import { hash } from 'node:crypto';
import { parse, validate } from 'uuid';

/** The namespace of every id that Userstream derives. Changing it changes all ids: never do. */
const NAMESPACE = parse('b1f3c8a2-5d0e-5c7b-9a44-2f6e1d7c0a93');

/** UUIDv5 of the parts, joined so that no two lists of parts read the same (`['a,b']` and `['a','b']` differ). */
export function deriveId(kind: string, ...parts: readonly (string | number)[]): string {
  return uuidv5(JSON.stringify([kind, ...parts]));
}

/** RFC 9562, 5.5. By hand, because each event needs one and one-shot hashing takes a third of the package's time. */
function uuidv5(name: string): string {
  const hex = hash('sha1', Buffer.concat([NAMESPACE, Buffer.from(name)]), 'hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** `given` in lower case if it is a UUID, else the UUIDv5 of it: user ids are always UUIDs, the same one for the same text. */
export function toUserId(given: string): string {
  if (isPlainUuid(given)) return given;
  return validate(given) ? given.toLowerCase() : deriveId('user', given);
}

const [ZERO, NINE, LOWER_A, LOWER_F, HYPHEN] = [0x30, 0x39, 0x61, 0x66, 0x2d];

/** Whether it is a UUID of version 1 to 8 in lower case, as nearly all are: by hand, a third of what the package takes. */
function isPlainUuid(text: string): boolean {
  if (text.length !== 36) return false;
  for (let at = 0; at < 36; at += 1) {
    const code = text.charCodeAt(at);
    if (at === 8 || at === 13 || at === 18 || at === 23) {
      if (code !== HYPHEN) return false;
    } else if (!(code >= ZERO && code <= NINE) && !(code >= LOWER_A && code <= LOWER_F)) return false;
  }
  const [version, variant] = [text.charCodeAt(14) - ZERO, text.charAt(19)];
  return version >= 1 && version <= 8 && (variant === '8' || variant === '9' || variant === 'a' || variant === 'b');
}

/** The id of the `index`th record of a page of a run: pulled twice, it is the same event. */
export function userCreatedId(of: { runId: string; page: number; index: number; userId: string; type: string }): string {
  return deriveId('event', of.runId, of.page, of.index, of.userId, of.type);
}

/** The id of an event that came without our headers: its place on the log and the time the log gave it. */
export function foreignEventId(of: { topic: string; partition: number; offset: number; timestampMs: number }): string {
  return deriveId('foreign', of.topic, of.partition, of.offset, of.timestampMs);
}

/** The run of a pipeline's slot, or, for a manual run, of the request that asked for it. */
export function slotRunId(pipeline: string, slotStartMs: number): string {
  return deriveId('run', pipeline, slotStartMs);
}
export function manualRunId(pipeline: string, requestId: string): string {
  return deriveId('run', pipeline, requestId);
}

/** The source's seed for a run: 16 hex digits (a fixed width, so that seed + page number never reads as another pair). */
export function seedOf(runId: string): string {
  return runId.replaceAll('-', '').slice(0, 16);
}
