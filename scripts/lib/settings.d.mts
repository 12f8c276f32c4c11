export interface DocumentedVariable {
  readonly form: string;
  readonly default: string;
  readonly meaning: string;
  readonly secret?: boolean;
  readonly first?: boolean;
}
type Sections = Readonly<Record<string, Readonly<Record<string, DocumentedVariable>>>>;
export function settingsPage(sections: Sections): string;
export function firstSettings(sections: Sections): string;
export function envExample(sections: Sections): string;
export function withSettings(readme: string, sections: Sections): string;
