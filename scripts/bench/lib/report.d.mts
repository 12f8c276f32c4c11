interface Budget {
  readonly text: string;
  readonly value: number;
  readonly holds: boolean;
}

export interface Line {
  readonly what: string;
  readonly measured: string;
  readonly bare?: string;
  readonly ratio?: number;
  readonly budgets: readonly Budget[];
}

export function atLeast(of: string, limit: number, value: number): Budget;
export function atMost(of: string, limit: number, value: number): Budget;
export function below(of: string, limit: number, value: number): Budget;
export function table(lines: readonly Line[]): string;
