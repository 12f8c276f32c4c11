/** What the API answers, as JSON Schema (OpenAPI 3.1). The integration tests hold every answer against it. */
type JsonSchema = Readonly<Record<string, unknown>>;

const text = { type: 'string' };
const uuid = { type: 'string', format: 'uuid' };
const time = { type: 'string', format: 'date-time' };
const figure = { type: 'number' };
const count = { type: 'integer', minimum: 0 };
const flag = { type: 'boolean' };

const oneOf = (...values: readonly string[]): JsonSchema => ({ type: 'string', enum: values });
const list = (items: JsonSchema): JsonSchema => ({ type: 'array', items });
const nullable = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] });
const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
const map = (values: JsonSchema): JsonSchema => ({ type: 'object', additionalProperties: values });

/** All properties are there, always, but for those named as optional; and no others. */
function object(properties: Readonly<Record<string, JsonSchema>>, optional: readonly string[] = []): JsonSchema {
  return { type: 'object', properties, required: Object.keys(properties).filter((name) => !optional.includes(name)), additionalProperties: false };
}

const page = (item: string): JsonSchema => object({ items: list(ref(item)), next: { ...nullable(text), description: 'the cursor of the next page; null on the last one' } });

const position = object({ topic: text, partition: count, offset: count });
const by = object({ actor: text, reason: nullable(text) });
const tally = { began: count, stored: count, dead: count, skipped: count };
const outcome = oneOf('succeeded', 'partial', 'failed', 'empty', 'interrupted', 'cancelled', 'skipped');
const source = { name: oneOf('randomuser', 'synthetic', 'file'), parameters: map({ type: ['string', 'number'] }) };

const problem = object(
  {
    type: { type: 'string', format: 'uri' },
    title: text,
    status: { type: 'integer' },
    detail: text,
    instance: text,
    code: { type: 'string', description: 'stable; the same in logs and metrics' },
    remedy: text,
    errors: list(object({ field: text, detail: text })),
    errorId: { ...uuid, description: 'found again in the log' },
  },
  ['remedy', 'errors', 'errorId'],
);

/** A row of somebody else's making may lack any of the fields; ours has the three. */
const user = {
  ...object({ id: nullable(uuid), first_name: text, last_name: text, email: text, created_at: nullable(time), src_partition: nullable(count), src_offset: nullable(count), stored_at: nullable(time) }, ['first_name', 'last_name', 'email']),
  additionalProperties: { ...text, description: 'a further field of USER_FIELDS, where the person has it' },
};

const progress = object({
  page: count,
  fetched: count,
  published: count,
  rejected: { ...map(count), description: 'records that are no users, by reason' },
  ranges: list(object({ partition: count, first: count, last: count })),
});

const plan = object({
  source: object(source),
  seed: text,
  pageSize: count,
  rate: figure,
  window: object({ start: time, end: time }),
  firstPage: count,
  lastPage: nullable(count),
  count: nullable(count),
  endsWithSource: flag,
});

const attempt = object({
  claimId: text,
  instance: text,
  startedAt: time,
  endedAt: nullable(time),
  outcome: nullable(oneOf('succeeded', 'partial', 'failed', 'empty', 'interrupted', 'cancelled', 'skipped', 'released')),
  progress: nullable(ref('Progress')),
});

const run = object({
  id: uuid,
  phase: oneOf('requested', 'running', 'waiting', 'ended'),
  trigger: oneOf('slot', 'manual'),
  requestId: nullable(text),
  request: nullable(object({ count: nullable(count), windowMs: nullable(count), rate: nullable(figure), seed: nullable(text), by, at: time })),
  outcome: nullable(outcome),
  code: nullable(text),
  reason: nullable(text),
  httpStatus: nullable({ type: 'integer' }),
  plan: nullable(plan),
  progress: nullable(ref('Progress')),
  attempts: list(attempt),
  claimedAt: nullable(time),
  finishedAt: nullable(time),
});

const processingControl = object({ paused: flag, code: nullable(text), by: nullable(by), since: nullable(time) });

const component = object({ status: oneOf('up', 'degraded', 'down'), code: nullable(text), since: time, reason: nullable(text), suggestion: nullable(text) }, ['reason', 'suggestion']);
const readiness = object({ status: oneOf('ok', 'degraded', 'error', 'shutting_down'), info: map(component), error: map(component), details: map(component) });

const ledgerTotals = object({ stored: count, dead: count, skipped: count, unknown: count, inFlight: count, expired: count, balanced: flag });
const ledgerPartition = object({
  partition: count,
  first: count,
  end: count,
  committed: nullable(count),
  tally: nullable(object(tally)),
  unknown: count,
  inFlight: count,
  expired: count,
  balanced: flag,
});
const ledger = object({ topic: text, group: text, partitions: list(ledgerPartition), totals: ref('LedgerTotals') });

const deadLetter = object(
  {
    id: text,
    position,
    original: position,
    stage: oneOf('decode', 'store'),
    reason: text,
    detail: nullable(text),
    group: text,
    at: time,
    size: count,
    truncated: flag,
    value: nullable(object({ encoding: oneOf('utf8', 'base64'), data: text })),
  },
  ['value'],
);

const instance = object({
  id: text,
  roles: list(text),
  version: text,
  pid: count,
  host: text,
  address: nullable(text),
  startedAt: time,
  heardAt: time,
  ingestion: nullable({ type: 'object' }),
  processing: nullable({ type: 'object' }),
});

const status = object({
  pipeline: text,
  instanceId: text,
  version: text,
  topic: text,
  group: text,
  dataDir: nullable(text),
  log: { ...text, description: 'where the log is, in words' },
  table: { ...text, description: 'where the table is, in words' },
  source: nullable(object({ ...source, reason: text })),
  roles: list(text),
  instances: list(ref('Instance')),
  rates: object({ publishedPerSecond: figure, storedPerSecond: figure }),
  processing: ref('ProcessingControl'),
  lag: nullable(count),
  ledger: nullable(ref('LedgerTotals')),
  runs: object({ current: list(ref('Run')), last: nullable(ref('Run')) }),
  incidents: list(object({ instanceId: text, kind: oneOf('gap', 'log-replaced'), partition: count, fromOffset: count, toOffset: count, at: time })),
  blocked: list(object({ component: text, code: text, reason: text, remedy: nullable(text), instanceId: nullable(text), since: nullable(time) })),
});

export const schemas = {
  Problem: problem,
  Alive: object({ status: oneOf('ok') }),
  Readiness: readiness,
  Status: status,
  Instance: instance,
  User: user,
  UserList: page('User'),
  Progress: progress,
  Run: run,
  RunList: page('Run'),
  RequestedRun: object({ requestId: text, runId: uuid }),
  ProcessingControl: processingControl,
  Ledger: ledger,
  LedgerTotals: ledgerTotals,
  DeadLetter: deadLetter,
  DeadLetterList: page('DeadLetter'),
} satisfies Record<string, JsonSchema>;

export type SchemaName = keyof typeof schemas;
