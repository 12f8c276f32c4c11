import { PipelineError } from '../../../domain/errors.js';

/** Nothing has the id that was asked for. */
export class NotFoundError extends PipelineError {
  readonly code = 'request.not-found';
  readonly disposition = 'halt';

  constructor(what: 'user' | 'run') {
    super(`There is no ${what} with this id.`);
  }
}
