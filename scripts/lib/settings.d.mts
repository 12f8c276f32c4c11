export interface DocumentedVariable {
  readonly form: string;
  readonly default: string;
  readonly meaning: string;
  readonly secret?: boolean;
}
export function settingsTable(variables: Readonly<Record<string, DocumentedVariable>>): string;
export function envExample(variables: Readonly<Record<string, DocumentedVariable>>): string;
export function withSettings(readme: string, variables: Readonly<Record<string, DocumentedVariable>>): string;
