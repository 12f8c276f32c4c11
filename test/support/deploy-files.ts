import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { VARIABLES } from '../../src/config/variables.js';
import { parseDockerfile, type Stage } from './dockerfile.js';

export const ROOT = join(import.meta.dirname, '..', '..');
export const readText = (name: string): string => readFileSync(join(ROOT, name), 'utf8');

export const stages = (): readonly Stage[] => parseDockerfile(readText('Dockerfile'));
export const lastStage = (): Stage => stages().at(-1) as Stage;

/** What is read here of the compose file; everything else is the engine's business. */
export interface Service {
  readonly image: string;
  readonly build?: string;
  readonly pull_policy?: string;
  readonly user?: string;
  readonly read_only?: boolean;
  readonly tmpfs?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly privileged?: boolean;
  readonly network_mode?: string;
  readonly stop_grace_period?: string;
  readonly depends_on?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly secrets?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[]; readonly disable?: boolean };
}

export interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly file?: string }>>;
}

/** The compose file as it is where nothing is set: `${NAME:-value}` is its value. */
export function compose(): Compose {
  const text = readText('compose.yaml').replaceAll(INTERPOLATION, (_, _name: string, value: string) => value);
  if (text.replaceAll(/^\s*#.*$/gm, '').includes('$')) throw new Error('compose.yaml holds a variable without a value of its own');
  return parse(text, { merge: true }) as Compose;
}

/** The variables of the shell that the compose file takes up. */
export const interpolated = (): readonly string[] => [...readText('compose.yaml').matchAll(INTERPOLATION)].map(([, name]) => name as string);

const INTERPOLATION = /\$\{([A-Z_]+):-([^}]*)\}/g;

/** Every name that the app reads, with the `_FILE` of what is secret. */
export function knownNames(): ReadonlySet<string> {
  return new Set(Object.entries(VARIABLES).flatMap(([name, variable]) => ('secret' in variable ? [name, `${name}_FILE`] : [name])));
}

export function secretNames(): readonly string[] {
  return Object.entries(VARIABLES).flatMap(([name, variable]) => ('secret' in variable ? [name] : []));
}
