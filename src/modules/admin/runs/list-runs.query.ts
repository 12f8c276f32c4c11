import { IsIn } from 'class-validator';
import { type Outcome } from '../../journal/index.js';
import { Optional } from '../http/optional.decorator.js';
import { PageQuery } from '../http/page.query.js';

const EVERY_OUTCOME = { succeeded: true, partial: true, failed: true, empty: true, interrupted: true, cancelled: true, skipped: true } satisfies Record<Outcome, true>;
export const OUTCOMES = Object.keys(EVERY_OUTCOME) as readonly Outcome[];

export class ListRunsQuery extends PageQuery {
  @Optional()
  @IsIn(OUTCOMES)
  readonly outcome?: Outcome;
}
