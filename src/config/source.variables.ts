import { z } from 'zod';
import { USER_FIELDS_FORM, userFields } from './user-fields.js';
import { oneOf, variable, type Variable } from './variable.js';

const httpUrl = z.string().refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol));

/** Where people come from, and what is taken of them. */
export const SOURCE_VARIABLES = {
  USER_SOURCE: variable({
    schema: oneOf('auto', 'randomuser', 'synthetic', 'file'),
    form: 'auto, randomuser, synthetic or file',
    default: 'auto where log and table are embedded, else randomuser',
    meaning: 'where people come from; `auto` asks the RandomUser API and takes invented people, loudly, if it cannot be reached, so it is for embedded log and table alone',
    first: true,
  }),
  RANDOMUSER_URL: variable({
    schema: httpUrl,
    form: 'an http or https URL',
    default: 'https://randomuser.me/api/1.4/',
    meaning: 'the RandomUser API, at a pinned version',
  }),
  USER_SOURCE_FILE: variable({
    schema: z.string().min(1).max(4_096),
    form: 'a path ending in .ndjson, .jsonl or .csv',
    default: 'none',
    meaning: 'the people of `USER_SOURCE=file`, as NDJSON or CSV',
    first: true,
  }),
  USER_FIELDS: variable({
    schema: userFields,
    form: USER_FIELDS_FORM,
    default: 'first_name,last_name,email',
    meaning:
      "what of a person travels in the event's value, in this order, and is stored in the columns of the same names; the three are always there; `tutorial` is the tutorial's twelve, the most that the API and the synthetic source have; a file or another producer may bring others",
    first: true,
  }),
} as const satisfies Record<string, Variable>;
