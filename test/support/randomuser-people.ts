import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** A record as the API gives it, in whole or the parts that were asked for. */
export interface RandomUserRecord {
  name: { title: string; first: string; last: string };
  email: string;
  login: { uuid: string; [secret: string]: string };
  [part: string]: unknown;
}

export interface RandomUserQuery {
  readonly seed: string;
  readonly page: number;
  readonly results: number;
  /** The parts asked for; null for all. */
  readonly inc: string | null;
}

/** Seeds of the recorded answers: 20 people a page, 3 pages; and 5,000 people on one page. */
export const RECORDED_SEED = '0123456789abcdef';
export const RECORDED_LARGE_SEED = 'fedcba9876543210';
export const RECORDED_PAGES = 3;
const RECORDED_INC = 'name,email,login';
const FIXTURES = new URL('../fixtures/randomuser/', import.meta.url);

/** The recorded answer to a query, in whole or its first people; null where nothing was recorded. */
export function recordedPeople({ seed, page, results, inc }: RandomUserQuery): RandomUserRecord[] | null {
  if (seed === RECORDED_LARGE_SEED && page === 1 && results <= 5_000) return onlyParts(recordedLargePage().slice(0, results), inc);
  if (seed !== RECORDED_SEED || page > RECORDED_PAGES || results > 20) return null;
  const suffix = inc === RECORDED_INC ? '-inc-name-email-login' : '';
  const text = readFileSync(new URL(`seed-${seed}-results-20-page-${page}${suffix}.json`, FIXTURES), 'utf8');
  return onlyParts(resultsOf(text).slice(0, results), inc);
}

export function recordedLargePage(): RandomUserRecord[] {
  return resultsOf(gunzipSync(readFileSync(recordedLargeFile())).toString('utf8'));
}

/** The file with 5,000 people, gzipped JSON. */
export function recordedLargeFile(): URL {
  return new URL(`seed-${RECORDED_LARGE_SEED}-results-5000-uuid-name-email.json.gz`, FIXTURES);
}

const FIRST = ['Ada', 'Håvard', 'Özkan', 'Zoë', 'José', 'Mina', 'هستی', 'Søren', 'Łucja', 'Ivana'];
const LAST = ['Lovelace', 'Früh', "O'Brien", 'De Haas', 'Vučetić', 'Sandhåland', 'رضاییان', 'Novaes', 'Núñez', 'Wright'];

/** People for any other seed, decided by the query alone, with secrets that nothing else contains. */
export function generatedPeople({ seed, page, results, inc }: RandomUserQuery): RandomUserRecord[] {
  return onlyParts(Array.from({ length: results }, (_, index) => generated(seed, page, index)), inc);
}

function generated(seed: string, page: number, index: number): RandomUserRecord {
  const hex = createHash('sha256').update(`${seed}/${page}/${index}`).digest('hex');
  const number = (from: number, below: number) => parseInt(hex.slice(from, from + 8), 16) % below;
  const first = FIRST[number(0, FIRST.length)] ?? 'Ada';
  const last = LAST[number(8, LAST.length)] ?? 'Wright';
  return {
    gender: number(16, 2) === 0 ? 'female' : 'male',
    name: { title: 'Mx', first, last },
    location: { street: { number: number(0, 9_999), name: 'Main Street' }, city: 'Clane', state: 'Sligo', country: 'Ireland', postcode: number(8, 2) === 0 ? number(16, 99_999) : `EH${number(16, 99)}` },
    email: `person.${hex.slice(0, 10)}@example.com`,
    login: {
      uuid: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`,
      username: `yellowfrog${number(24, 999)}`,
      password: `password-${hex.slice(32, 44)}`,
      salt: `salt-${hex.slice(44, 52)}`,
      md5: hash('md5', hex),
      sha1: hash('sha1', hex),
      sha256: hash('sha256', hex),
    },
    dob: { date: '1946-03-15T22:34:05.597Z', age: 80 },
    registered: { date: '2011-11-14T19:54:39.099Z', age: 15 },
    phone: `(${number(32, 999)})-780-0318`,
    cell: `(${number(40, 999)})-257-3147`,
    id: { name: 'SSN', value: `national-${hex.slice(52, 64)}` },
    picture: { large: 'https://example.com/l.jpg', medium: 'https://example.com/m.jpg', thumbnail: 'https://example.com/t.jpg' },
    nat: 'IE',
  };
}

/** Everything of a record that must never leave the source adapter. */
export function secretsOf(record: RandomUserRecord): string[] {
  const login: Readonly<Record<string, unknown>> = (record as Partial<RandomUserRecord>).login ?? {};
  const national = (record['id'] as { value?: string | null } | undefined)?.value;
  return [login['password'], login['salt'], login['md5'], login['sha1'], login['sha256'], national].filter((secret): secret is string => typeof secret === 'string');
}

function onlyParts(records: RandomUserRecord[], inc: string | null): RandomUserRecord[] {
  if (inc === null) return records;
  const parts = inc.split(',');
  return records.map((record) => Object.fromEntries(Object.entries(record).filter(([part]) => parts.includes(part))) as RandomUserRecord);
}

function resultsOf(text: string): RandomUserRecord[] {
  return (JSON.parse(text) as { results: RandomUserRecord[] }).results;
}

function hash(algorithm: string, text: string): string {
  return createHash(algorithm).update(text).digest('hex');
}
