import { z } from 'zod';

/** One variable of the environment: how it is read, and what the docs say of it. */
export interface Variable<Value = unknown> {
  readonly schema: z.ZodType<Value, string>;
  /** The expected form, for the message about a fault: values are never shown. */
  readonly form: string;
  /** What holds when it is not set, in words. */
  readonly default: string;
  readonly meaning: string;
  /** Whether `<NAME>_FILE` may name a file that holds the value. */
  readonly secret?: boolean;
  /** Whether it is one of the few that are set first: those are in the README, too. */
  readonly first?: boolean;
}

export const variable = <Value>(given: Variable<Value>): Variable<Value> => given;

export const oneOf = <const Choices extends readonly [string, ...string[]]>(...choices: Choices) => z.enum(choices);

/** A switch: `true` or `false`, and nothing that could be read as either. */
export const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** Text as TLS libraries take it. A path is none: that goes into `<NAME>_FILE`. */
export const pem = z.string().regex(/^-----BEGIN [A-Z0-9 ]+-----\r?\n[\s\S]+\n-----END [A-Z0-9 ]+-----$/);
export const PEM_FORM = 'PEM text, beginning with -----BEGIN; the path of a file that holds it goes into the variable of the same name with _FILE';
