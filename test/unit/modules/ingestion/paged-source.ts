import { deriveId } from '../../../../src/domain/ids.js';
import { isSameSource, type SourceSpec } from '../../../../src/domain/run.js';
import { UserSource, UserSources, type Page, type PageRequest } from '../../../../src/ports/user-source.port.js';

/** A source whose people are known beforehand: the same page, the same people. `answers` may fail or hold a call up. */
export class PagedSource extends UserSource {
  readonly asked: PageRequest[] = [];
  readonly repeatable = true;
  maxPages: number | null = 10_000;
  maxPageSize = 5_000;
  /** Called before each answer. */
  answers: (request: PageRequest, signal: AbortSignal) => Promise<void> | void = () => undefined;
  /** Indexes of records that are no users, on every page. */
  rejects: readonly number[] = [];

  constructor(
    readonly spec: SourceSpec = { name: 'synthetic', parameters: {} },
    /** How many people a finite source holds; null for an endless one. */
    private readonly people: number | null = null,
  ) {
    super();
  }

  get extent(): 'endless' | 'finite' {
    return this.people === null ? 'endless' : 'finite';
  }

  async fetchPage(request: PageRequest, signal: AbortSignal): Promise<Page> {
    this.asked.push(request);
    await this.answers(request, signal);
    signal.throwIfAborted();
    const first = this.people === null ? 0 : Number(request.cursor ?? 0);
    const size = this.people === null ? request.size : Math.min(request.size, this.people - first);
    const indexes = Array.from({ length: size }, (_, index) => index);
    return {
      users: indexes.filter((index) => !this.rejects.includes(index)).map((index) => ({ index, user: this.user(request, first + index) })),
      rejected: indexes.filter((index) => this.rejects.includes(index)).map((index) => ({ index, reason: 'field.blank' })),
      next: this.people === null || first + size >= this.people ? null : String(first + size),
      fetchedAtMs: 0,
    };
  }

  private user({ seed, page }: PageRequest, index: number) {
    const id = this.people === null ? deriveId('test', seed, page, index) : deriveId('test', index);
    return { id, fields: { first_name: 'Ada', last_name: `Lovelace ${index}`, email: `${id}@example.com` } };
  }
}

/** Opens the given sources: that of the spec, else one of its name. */
export class GivenSources extends UserSources {
  constructor(private readonly sources: readonly PagedSource[]) {
    super();
  }

  open(spec: SourceSpec): UserSource {
    const source = this.sources.find((each) => isSameSource(each.spec, spec)) ?? this.sources.find((each) => each.spec.name === spec.name);
    if (source === undefined) throw new Error(`the test gave no source ${spec.name}`);
    return source;
  }
}
