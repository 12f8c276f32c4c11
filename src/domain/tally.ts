/** What became of a stretch of events: stored in the table, set aside as dead letters, or of a type that isn't ours. */
export interface TallyDelta {
  readonly stored: number;
  readonly dead: number;
  readonly skipped: number;
}

/**
 * The running counts of one partition for one group. It changes in one step with the committed offset, so that
 * always `stored + dead + skipped = committed - began`.
 */
export interface Tally extends TallyDelta {
  /** The offset at which counting began. */
  readonly began: number;
}

export function tallyFrom(began: number): Tally {
  return { began, stored: 0, dead: 0, skipped: 0 };
}

export function addToTally(tally: Tally, delta: TallyDelta): Tally {
  return {
    began: tally.began,
    stored: tally.stored + delta.stored,
    dead: tally.dead + delta.dead,
    skipped: tally.skipped + delta.skipped,
  };
}

/** How many events a tally speaks of. */
export function tallied(delta: TallyDelta): number {
  return delta.stored + delta.dead + delta.skipped;
}
