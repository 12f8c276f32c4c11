interface Measurement {
  readonly perSecond: number;
  readonly cpuMicros: number | null;
  readonly residentMb: number | null;
}

export function median(values: readonly number[]): number;
export function quantile(values: readonly number[], share: number): number | undefined;
export function slope(points: readonly (readonly [number, number])[]): number;
export function interleaved(
  times: number,
  measureOurs: () => Promise<Measurement>,
  measureBare: () => Promise<Measurement>,
): Promise<{ pairs: { ours: Measurement; bare: Measurement }[]; ours: Measurement; bare: Measurement; ratio: number }>;
