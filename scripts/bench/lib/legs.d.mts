interface LegSummary {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  readonly histogram: string;
}

export const LEGS: Readonly<Record<string, string>>;
export class Legs {
  record(leg: string, micros: number): void;
  toJSON(): Record<string, LegSummary>;
}
