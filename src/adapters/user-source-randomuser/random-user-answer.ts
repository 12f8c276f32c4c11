import { isUtf8 } from 'node:buffer';
import { deriveId } from '../../domain/ids.js';
import { SourceUnavailableError, type PageRequest, type RejectedRecord, type SourcedUser } from '../../ports/user-source.port.js';
import { userOf } from './random-user-fields.js';

type Asked = Pick<PageRequest, 'seed' | 'page' | 'size'>;

/**
 * The people of a 2xx answer's body. Errors quote nothing of it: it holds passwords.
 * @throws SourceUnavailableError - it is no page of what was asked for; asking again may bring one.
 */
export function peopleOf(body: Buffer, asked: Asked, fields: readonly string[]): { users: SourcedUser[]; rejected: RejectedRecord[] } {
  const results = resultsOf(body, asked);
  const users: SourcedUser[] = [];
  const rejected: RejectedRecord[] = [];
  results.forEach((record, index) => {
    const user = userOf(record, fields, () => deriveId('randomuser', asked.seed, asked.page, index));
    if (typeof user === 'string') rejected.push({ index, reason: user });
    else users.push({ index, user });
  });
  return { users, rejected };
}

/** Whether a body is an answer of the API at all, with at least one record. */
export function isAnswer(body: Buffer): boolean {
  const answer = parse(body);
  return answer !== undefined && Array.isArray(answer['results']) && answer['results'].length > 0;
}

function resultsOf(body: Buffer, asked: Asked): readonly unknown[] {
  const answer = parse(body);
  if (answer === undefined) throw new SourceUnavailableError('not-json', 'the source answered with something that is not a JSON object');
  if (Object.hasOwn(answer, 'error')) throw new SourceUnavailableError('error-answer', 'the source answered with an error instead of people');
  const { results, info } = answer;
  if (!Array.isArray(results)) throw new SourceUnavailableError('no-results', 'the source answered without a list of people');
  checkLength(results.length, asked.size);
  checkPage(info, asked);
  return results;
}

function checkLength(length: number, size: number): void {
  if (length === size) return;
  const kind = length === 0 ? 'empty-page' : length < size ? 'short-page' : 'long-page';
  throw new SourceUnavailableError(kind, `the source gave ${length} users where ${size} were asked for`);
}

/** A page that the API does not know becomes page 1 without a word, but it says which one it gave. */
function checkPage(info: unknown, asked: Asked): void {
  if (typeof info !== 'object' || info === null) return;
  const { seed, page } = info as Readonly<Record<string, unknown>>;
  const other = (given: unknown, wanted: string | number) => (typeof given === 'string' || typeof given === 'number') && String(given) !== String(wanted);
  if (other(seed, asked.seed) || other(page, asked.page)) {
    throw new SourceUnavailableError('wrong-page', `the source gave another page than ${asked.page} of the seed`);
  }
}

/** Without the parser's own error, which quotes the text. */
function parse(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  if (!isUtf8(body)) return undefined;
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
