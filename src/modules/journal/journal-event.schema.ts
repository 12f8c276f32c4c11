import { z } from 'zod';
import { type JournalEvent } from './journal-event.js';

const count = z.number().int().nonnegative();
const text = z.string();
const by = z.object({ actor: text, reason: text.nullable() });
const source = z.object({ name: z.enum(['randomuser', 'synthetic', 'file']), parameters: z.record(text, z.union([text, z.number()])) });

const progress = z.object({
  page: count,
  cursor: text.nullable(),
  fetched: count,
  published: count,
  rejected: z.record(text, count),
  ranges: z.array(z.object({ partition: count, first: count, last: count })),
});

const plan = z.object({
  source,
  seed: text,
  pageSize: z.number().int().positive(),
  rate: z.number().nonnegative(),
  window: z.object({ startMs: z.number(), endMs: z.number() }),
  firstPage: z.number().int().positive(),
  lastPage: count.nullable(),
  count: z.number().int().positive().nullable(),
  endsWithSource: z.boolean(),
});

const request = z.object({
  count: z.number().int().positive().nullable(),
  windowMs: z.number().positive().nullable(),
  rate: z.number().nonnegative().nullable(),
  seed: text.nullable(),
});

const claim = { runId: text, claimId: text };
const outcome = z.enum(['succeeded', 'partial', 'failed', 'empty', 'interrupted', 'cancelled', 'skipped']);

/**
 * The current shape of every event of the journal, by its type. Unknown members are dropped, so that a field which a
 * newer version adds does not make its events unreadable.
 */
export const JOURNAL_EVENT_SCHEMAS: { readonly [Type in JournalEvent['type']]: z.ZodType<Extract<JournalEvent, { type: Type }>> } = {
  'run.requested': z.object({ type: z.literal('run.requested'), request, by }),
  'run.claimed': z.object({
    type: z.literal('run.claimed'),
    ...claim,
    supersedes: text.nullable(),
    instance: text,
    trigger: z.enum(['slot', 'manual']),
    requestId: text.nullable(),
    plan,
  }),
  'run.progressed': z.object({ type: z.literal('run.progressed'), ...claim, progress }),
  'run.finished': z.object({
    type: z.literal('run.finished'),
    ...claim,
    outcome,
    code: text.nullable(),
    reason: text.nullable(),
    httpStatus: z.number().int().nullable(),
    progress,
  }),
  'run.released': z.object({ type: z.literal('run.released'), ...claim, progress }),
  'source.chosen': z.object({ type: z.literal('source.chosen'), source, reason: text }),
  'processing.paused': z.object({ type: z.literal('processing.paused'), by, code: text }),
  'processing.resumed': z.object({ type: z.literal('processing.resumed'), by, endOffsets: z.record(text, count) }),
};
