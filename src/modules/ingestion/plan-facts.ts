import { z } from 'zod';
import { type UserSource } from '../../ports/user-source.port.js';
import { type InstanceHeartbeat } from '../journal/index.js';
import { type RunSettings } from './ingestion.options.js';
import { type SourceFacts } from './plan-run.js';

/** Under which name an ingesting instance tells them in its heartbeats. */
export const PLAN_FACTS = 'plans';

/** What an ingesting instance plans runs with, so that others can judge a request: nothing of where its source is. */
export type PlanFacts = RunSettings & Pick<SourceFacts, 'extent' | 'maxPages' | 'maxPageSize'> & { readonly source: UserSource['spec']['name'] };

const schema: z.ZodType<PlanFacts> = z.object({
  source: z.enum(['randomuser', 'synthetic', 'file']),
  extent: z.enum(['endless', 'finite']),
  maxPages: z.number().nullable(),
  maxPageSize: z.number(),
  rate: z.number(),
  pageSize: z.number(),
  windowMs: z.number(),
});

export function planFactsOf({ rate, pageSize, windowMs }: RunSettings, { spec, extent, maxPages, maxPageSize }: SourceFacts): PlanFacts {
  return { source: spec.name, extent, maxPages, maxPageSize, rate, pageSize, windowMs };
}

/** Null where the instance does not ingest, has not chosen its source yet, or is of a version that tells them otherwise. */
export function readPlanFacts({ vitals }: Pick<InstanceHeartbeat, 'vitals'>): PlanFacts | null {
  const { success, data } = schema.safeParse(vitals[PLAN_FACTS]);
  return success ? data : null;
}
