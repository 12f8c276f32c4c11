import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { ListDeadLettersQuery } from '../dead-letters/list-dead-letters.query.js';
import { DEFAULT_LIMIT, MAX_LIMIT, PageQuery } from '../http/page.query.js';
import { ReasonBody } from '../http/reason.body.js';
import { ListRunsQuery, OUTCOMES } from '../runs/list-runs.query.js';
import { MAX_COUNT, MAX_RATE, RequestRunBody } from '../runs/request-run.body.js';
import { RunIdParam } from '../runs/run-id.param.js';
import { UserIdParam } from '../users/user-id.param.js';
import { ListUsersQuery } from '../users/list-users.query.js';

/** What the docs say of the values that requests bring; the rules themselves are the DTOs'. */
export function describeRequests(): void {
  describe(RunIdParam, 'id', { type: 'string', format: 'uuid' });
  describe(UserIdParam, 'id', { type: 'string', description: 'a UUID, or the text that the event gave as id' });
  describeOptional(PageQuery, 'cursor', { type: 'string', description: '`next` of the page before' });
  describeOptional(PageQuery, 'limit', { type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT });
  describeOptional(ListUsersQuery, 'email', { type: 'string', description: 'exactly this address' });
  describeOptional(ListRunsQuery, 'outcome', { type: 'string', enum: [...OUTCOMES] });
  describeOptional(ListDeadLettersQuery, 'values', { type: 'boolean', default: false, description: 'show what the events held: personal data' });
  describeOptional(ReasonBody, 'reason', { type: 'string', description: 'why; kept in the journal', example: 'a first try' });
  describeOptional(RequestRunBody, 'count', { type: 'integer', minimum: 1, maximum: MAX_COUNT, description: 'how many people', example: 100 });
  describeOptional(RequestRunBody, 'window', { oneOf: [{ type: 'string' }, { type: 'number' }], description: 'how long, instead of how many: `60s`, `10m`, `1h`, or seconds' });
  describeOptional(RequestRunBody, 'rate', { type: 'number', minimum: 0, maximum: MAX_RATE, description: 'people per second; 0 is as fast as the source gives' });
  describeOptional(RequestRunBody, 'seed', { type: 'string', pattern: '^[0-9a-f]{16}$', description: 'the same seed of a repeatable source gives the same people' });
}

function describe<Dto extends object>(dto: new () => Dto, property: keyof Dto & string, options: ApiPropertyOptions): void {
  ApiProperty(options)(dto.prototype as object, property);
}

function describeOptional<Dto extends object>(dto: new () => Dto, property: keyof Dto & string, options: ApiPropertyOptions): void {
  describe(dto, property, { ...options, required: false } as ApiPropertyOptions);
}
