/** What a topic must be like. Sizes in bytes, ages in milliseconds; null is "for ever" or "no limit". */
export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  /** `delete` removes old events by age and size; `compact` keeps the last event of each key, all younger than the minimum age. */
  readonly cleanup:
    | { readonly policy: 'delete'; readonly maxAgeMs: number | null; readonly maxBytes: number | null }
    | { readonly policy: 'compact'; readonly minAgeMs: number };
  /** The largest event (key, value and headers) that the topic takes. */
  readonly maxEventBytes: number;
  /**
   * Which settings a topic that exists already may have otherwise: `any` uses it as it is (somebody else's topic);
   * `exact` refuses one whose cleanup or partitions differ, that takes smaller events only, or stamps them by another
   * clock than the log's own, because a guarantee depends on them.
   */
  readonly whenItExists: 'any' | 'exact';
}

/** Makes topics, with explicit settings. */
export abstract class EventTopics {
  /**
   * Every topic exists when it resolves. One that is missing is made as specified, with the log's own append time as
   * timestamp; one that exists is left alone, and checked as its spec asks. Calling it again, or from several processes
   * at once, is safe.
   * @throws TopicMisconfiguredError - an existing topic differs where it must not: names topic, setting, found, needed, and the remedy.
   * @throws BusUnavailableError - the log is away.
   */
  abstract ensure(specs: readonly TopicSpec[]): Promise<void>;
}
