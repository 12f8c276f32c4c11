import { setImmediate as nextTurn } from 'node:timers/promises';
import { type SourceSpec } from '../../domain/run.js';
import { withCoreFields, type User } from '../../domain/user.js';
import { type Clock } from '../../ports/clock.port.js';
import { SourceRefusedError, UserSource, type Page, type PageRequest, type SourcedUser } from '../../ports/user-source.port.js';
import { INVENTED_FIELDS, InventedPeople } from './invented-people.js';
import { loadRegions } from './region.js';

export interface SyntheticUserSourceOptions {
  /** The fields of each user; the core three always are. */
  readonly fields?: readonly string[];
}

/** How many people are made before the process may do something else. */
const TURN = 500;

/** Invented people, made here: no network, no end, the same ones for the same seed and page, and some who share names and addresses. */
export class SyntheticUserSource extends UserSource {
  readonly spec: SourceSpec;
  readonly extent = 'endless';
  readonly repeatable = true;
  readonly maxPages = null;
  readonly maxPageSize = 10_000;

  private readonly fields: readonly string[];
  private people: Promise<InventedPeople> | undefined;

  /** @throws SourceRefusedError - a field that it cannot invent. */
  constructor(
    options: SyntheticUserSourceOptions,
    private readonly clock: Clock,
  ) {
    super();
    this.fields = withCoreFields(options.fields ?? []);
    const unknown = this.fields.filter((field) => !INVENTED_FIELDS.includes(field));
    if (unknown.length > 0) {
      throw new SourceRefusedError('unknown-field', `the synthetic source has no ${unknown.join(', ')}`, { remedy: `USER_FIELDS may name ${INVENTED_FIELDS.join(', ')}` });
    }
    this.spec = { name: 'synthetic', parameters: { fields: this.fields.join(',') } };
  }

  /** The source that a plan names. */
  static of(spec: SourceSpec, clock: Clock): SyntheticUserSource {
    const { fields } = spec.parameters;
    return new SyntheticUserSource(fields === undefined ? {} : { fields: String(fields).split(',') }, clock);
  }

  /** Loads the lists of names (some 100 ms) ahead of the first page; without it the first page does. */
  async warmUp(): Promise<void> {
    await this.opened();
  }

  async fetchPage(request: PageRequest, signal: AbortSignal): Promise<Page> {
    signal.throwIfAborted();
    if (request.size > this.maxPageSize) {
      throw new SourceRefusedError('page-too-large', `a page of ${request.size} users is more than the synthetic source's ${this.maxPageSize}`, { remedy: 'lower INGEST_PAGE_SIZE' });
    }
    const stream = (await this.opened()).ofPage(request.seed, request.page);
    const users: SourcedUser[] = [];
    while (users.length < request.size) {
      signal.throwIfAborted();
      take(stream, Math.min(TURN, request.size - users.length), users);
      if (users.length < request.size) await nextTurn();
    }
    return { users, rejected: [], next: null, fetchedAtMs: this.clock.now() };
  }

  private opened(): Promise<InventedPeople> {
    this.people ??= loadRegions().then((regions) => new InventedPeople(regions, this.fields));
    return this.people;
  }
}

function take(stream: Generator<User, never>, count: number, into: SourcedUser[]): void {
  for (let taken = 0; taken < count; taken += 1) into.push({ index: into.length, user: stream.next().value });
}
