import { BUS_VARIABLES } from './bus.variables.js';
import { INGESTION_VARIABLES } from './ingestion.variables.js';
import { PROCESS_VARIABLES } from './process.variables.js';
import { REPOSITORY_VARIABLES } from './repository.variables.js';
import { SOURCE_VARIABLES } from './source.variables.js';
import { type Variable } from './variable.js';

/** The schema of the environment. The docs of the settings and `.env.example` are made from it. */
export const VARIABLES = { ...PROCESS_VARIABLES, ...SOURCE_VARIABLES, ...INGESTION_VARIABLES, ...BUS_VARIABLES, ...REPOSITORY_VARIABLES };

export type VariableName = keyof typeof VARIABLES;

/** The same in the docs' sections, in their order. */
export const SECTIONS: Readonly<Record<string, Readonly<Record<string, Variable>>>> = {
  'The process': PROCESS_VARIABLES,
  'The source': SOURCE_VARIABLES,
  'The runs': INGESTION_VARIABLES,
  'The log': BUS_VARIABLES,
  'The table': REPOSITORY_VARIABLES,
};
