/** How long events took to each place on their way, from the moment at which they were due. */
import hdr from 'hdr-histogram-js';

/** In the order of the way. */
export const LEGS = {
  fetched: 'due -> fetched',
  published: 'due -> published',
  appended: 'due -> appended',
  received: 'due -> received',
  stored: 'due -> stored',
};

const PERCENTILES = { p50: 50, p90: 90, p99: 99, p999: 99.9 };
const LONGEST_MICROS = 600_000_000;
/** Exact to a thousandth, from a microsecond to ten minutes; longer counts as that. */
const SHAPE = { bitBucketSize: 32, lowestDiscernibleValue: 1, highestTrackableValue: LONGEST_MICROS, numberOfSignificantValueDigits: 3, useWebAssembly: false };

/** A histogram of high dynamic range for each leg that somebody records. */
export class Legs {
  #histograms = new Map();

  /** @param micros - below 0, which clocks of milliseconds give, counts as 0. */
  record(leg, micros) {
    let histogram = this.#histograms.get(leg);
    if (histogram === undefined) this.#histograms.set(leg, (histogram = hdr.build(SHAPE)));
    histogram.recordValue(Math.min(Math.max(Math.round(micros), 0), LONGEST_MICROS));
  }

  /** By leg: `{ count, p50, p90, p99, p999, max, histogram }`, in milliseconds; the last is all of it, in the encoding that tools for such histograms read. */
  toJSON() {
    return Object.fromEntries([...this.#histograms].map(([leg, histogram]) => [leg, summaryOf(histogram)]));
  }
}

function summaryOf(histogram) {
  const max = histogram.maxValue;
  // A histogram names the upper end of a value's bucket, which may lie above the highest value.
  const percentiles = Object.entries(PERCENTILES).map(([name, percentile]) => [name, Math.min(histogram.getValueAtPercentile(percentile), max) / 1_000]);
  return { count: histogram.totalCount, ...Object.fromEntries(percentiles), max: max / 1_000, histogram: hdr.encodeIntoCompressedBase64(histogram) };
}
