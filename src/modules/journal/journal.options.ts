/** What every process says of itself to the others. */
export interface JournalOptions {
  /** Prefix of the journal's topics. */
  readonly pipeline: string;
  readonly instanceId: string;
  readonly roles: readonly string[];
  /** Userstream's own version. */
  readonly version: string;
}
