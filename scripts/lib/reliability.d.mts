/** What a fault test writes down: see test/faults/support/report.ts. */
export interface RecordedFinding {
  readonly fault: number;
  readonly name: string;
  readonly adapters: string;
  readonly injected: string;
  readonly figures: Readonly<Record<string, number | string>>;
  readonly seed: number;
  readonly scale: 'short' | 'long';
  /** When, RFC 3339. */
  readonly at: string;
}
export interface Findings {
  readonly machine: string;
  readonly findings: readonly RecordedFinding[];
}
export function merged(known: readonly RecordedFinding[], found: readonly RecordedFinding[]): RecordedFinding[];
export function reliabilityPage(results: Findings): string;
