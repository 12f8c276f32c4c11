import { type Line } from './report.mjs';

interface Look {
  readonly hours: number;
  readonly residentMb?: number | null;
  readonly heapMb?: number;
  readonly openFiles?: number | null;
  readonly lag?: number | null;
  readonly stored?: number;
  readonly dead?: number;
  readonly unbalanced?: number;
  readonly failed?: string;
}

export const LIMITS: { readonly residentMb: number; readonly heapMb: number; readonly openFiles: number };
export function soakLines(seen: readonly Look[], of: { readonly rate: number; readonly warmUpHours: number }): Line[];
