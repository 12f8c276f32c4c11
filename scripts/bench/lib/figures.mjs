/** The few statistics that the benchmark prints. */

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The smallest value that `share` of all values do not exceed (nearest rank). */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

/** The slope of the least-squares line through `[x, y]` points. */
export function slope(points) {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const variance = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return variance === 0 ? 0 : covariance / variance;
}

/**
 * Measures two things in turn, `times` times, so that whatever else the machine does meets both; which one is first
 * changes with each pair. A measurement is `{ perSecond, cpuMicros, residentMb }`: the processor time that one event took
 * and the most memory there was, or null. Gives the medians of both and the median of the pairs' ratios.
 */
export async function interleaved(times, measureOurs, measureBare) {
  const pairs = [];
  for (let pair = 0; pair < times; pair += 1) {
    const figures = {};
    const both = [['ours', measureOurs], ['bare', measureBare]];
    for (const [name, measure] of pair % 2 === 0 ? both : both.reverse()) figures[name] = await measure();
    pairs.push(figures);
  }
  return {
    pairs,
    ours: middle(pairs.map(({ ours }) => ours)),
    bare: middle(pairs.map(({ bare }) => bare)),
    ratio: median(pairs.map(({ ours, bare }) => ours.perSecond / bare.perSecond)),
  };
}

function middle(measurements) {
  const medianOf = (name) => {
    const values = measurements.map((measurement) => measurement[name]);
    return values.includes(null) ? null : median(values);
  };
  return { perSecond: medianOf('perSecond'), cpuMicros: medianOf('cpuMicros'), residentMb: medianOf('residentMb') };
}
