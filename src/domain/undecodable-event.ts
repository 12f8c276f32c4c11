import { formatPosition, type Position } from './event-record.js';
import { PipelineError } from './errors.js';
import { type FieldFault } from './user.js';

/** Why bytes are not an event: the reason of its dead letter. Stable; docs and metrics use these words. */
export type DecodeFault =
  | FieldFault
  | 'value.empty'
  | 'value.not-utf8'
  | 'value.not-json'
  | 'value.not-an-object'
  | 'value.forbidden-key'
  | 'value.too-deep'
  | 'envelope.content-type'
  | 'envelope.spec-version'
  | 'envelope.version'
  | 'envelope.id'
  | 'envelope.subject'
  | 'envelope.time'
  | 'time.out-of-range';

/** Bytes that will never be an event. The message names the place and the reason and quotes nothing of the bytes: they are somebody's data. */
export class UndecodableEventError extends PipelineError {
  readonly code = 'event.undecodable';
  readonly disposition = 'dead-letter';

  constructor(position: Position, readonly reason: DecodeFault, readonly detail?: string, cause?: unknown) {
    super(`${formatPosition(position)} is no user-created event: ${reason}${detail === undefined ? '' : ` (${detail})`}`, { cause });
  }
}
