/** What the bottom line of the terminal tells. Counts of events; rates in events per second. */
export interface Progress {
  readonly publishedPerSecond: number;
  readonly storedPerSecond: number;
  readonly stored: number;
  readonly waiting: number;
  readonly dead: number;
  /** What blocks, in a few words; null when all is well. */
  readonly blocked: string | null;
}

const integer = new Intl.NumberFormat('en');
const rate = new Intl.NumberFormat('en', { maximumFractionDigits: 1, minimumFractionDigits: 1 });

/** What blocks first, since a narrow terminal shows the beginning; else `in 5.0/s · out 5.0/s · 1,234 stored · 0 waiting · 0 dead letters`. */
export function progressLine(progress: Progress): string {
  const parts = [
    `in ${rate.format(progress.publishedPerSecond)}/s`,
    `out ${rate.format(progress.storedPerSecond)}/s`,
    `${integer.format(progress.stored)} stored`,
    `${integer.format(progress.waiting)} waiting`,
    `${integer.format(progress.dead)} dead ${progress.dead === 1 ? 'letter' : 'letters'}`,
  ];
  if (progress.blocked !== null) parts.unshift(progress.blocked);
  return parts.join(' · ');
}
