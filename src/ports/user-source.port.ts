import { PipelineError } from '../domain/errors.js';
import { type SourceSpec } from '../domain/run.js';
import { type User } from '../domain/user.js';

export interface PageRequest {
  /** The run that asks; for a source's log lines only, never part of what it answers. */
  readonly runId: string;
  /** 16 hex digits, the run's own. */
  readonly seed: string;
  /** The page's number in its plan, from 1. An endless source finds the page by seed and number alone. */
  readonly page: number;
  /** Where the last page of a finite source ended: its `next`, or null for the beginning. Opaque. Endless sources ignore it. */
  readonly cursor: string | null;
  /** Users a page, at least 1. */
  readonly size: number;
}

/** A person of the source. `index` is its place in the page as fetched, rejected records included, from 0. */
export interface SourcedUser {
  readonly index: number;
  readonly user: User;
}

/** A record that is no user: kept with its reason (a stable code), and none of its content. */
export interface RejectedRecord {
  readonly index: number;
  readonly reason: string;
}

export interface Page {
  readonly users: readonly SourcedUser[];
  readonly rejected: readonly RejectedRecord[];
  /** Where the next page of a finite source begins; null at its end, and always null for an endless one. */
  readonly next: string | null;
  /** Milliseconds since 1970 when the last byte of the source's answer was here. */
  readonly fetchedAtMs: number;
}

/**
 * Where people come from. The same seed, page (or cursor) and size give the same people, with the same ids, wherever
 * `repeatable` is true. Only the fields that the adapter was told to take leave it: passwords, hashes and national ids
 * of the source's answer do not.
 */
export abstract class UserSource {
  /** What a plan must name to pull from the same source again. */
  abstract readonly spec: SourceSpec;
  /** `endless` sources have no last page; a `finite` one ends with a page whose `next` is null. */
  abstract readonly extent: 'endless' | 'finite';
  abstract readonly repeatable: boolean;
  /** How many pages of one seed the source can tell apart; null where there is no limit. */
  abstract readonly maxPages: number | null;
  /** How many users a page may hold. */
  abstract readonly maxPageSize: number;

  /**
   * One page. users + rejected of an endless source are exactly `size`: a short or empty page is an error, never "few
   * users". A finite source gives at most `size`, and fewer only on its last page.
   * @throws SourceUnavailableError - the same call may go through later; the adapter has already tried again as often as it is polite.
   * @throws SourceRefusedError - the same call will not go through: an operator must act.
   * When `signal` aborts, it rejects with the signal's reason and nothing is left running.
   */
  abstract fetchPage(request: PageRequest, signal: AbortSignal): Promise<Page>;
}

/** Opens the source that a plan or the configuration names. */
export abstract class UserSources {
  /**
   * The source of a spec, the same object for the same spec; no I/O.
   * @throws SourceRefusedError - this process has no such source.
   */
  abstract open(spec: SourceSpec): UserSource;
}

/** The source is away, overloaded, or answered what cannot be used. `retryAfterMs` is what it asked for, if it did. */
export class SourceUnavailableError extends PipelineError {
  readonly code: `source.${string}`;
  readonly disposition = 'retry';
  readonly httpStatus: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(
    /** What kind, such as `timeout`, `rate-limited`, `short-page`: the part of the code after `source.`. */
    kind: string,
    message: string,
    options: { cause?: unknown; remedy?: string; httpStatus?: number; retryAfterMs?: number } = {},
  ) {
    super(message, options);
    this.code = `source.${kind}`;
    this.httpStatus = options.httpStatus;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The source will not serve this request, however often it is asked: a wrong address, a missing or changed file. */
export class SourceRefusedError extends PipelineError {
  readonly code: `source.${string}`;
  readonly disposition = 'halt';
  readonly httpStatus: number | undefined;

  constructor(kind: string, message: string, options: { cause?: unknown; remedy?: string; httpStatus?: number } = {}) {
    super(message, options);
    this.code = `source.${kind}`;
    this.httpStatus = options.httpStatus;
  }
}
