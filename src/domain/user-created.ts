import { type Micros } from './micros.js';
import { type Position } from './event-record.js';
import { type User } from './user.js';

export const USER_CREATED = 'user.created';

/** A person was created: the one event of the topic `users_created`. */
export interface UserCreated {
  readonly id: string;
  /** Where it came from, a URI reference such as `/userstream/randomuser`. */
  readonly source: string;
  /** When it happened, by its plan: content, the same at every attempt and replay; the row's write timestamp. */
  readonly timeMicros: Micros;
  readonly user: User;
  /** The run that published it; null for somebody else's producer. */
  readonly runId: string | null;
  /** Milliseconds since 1970 when the source's answer was complete, for latency only. */
  readonly fetchedAtMs: number | null;
  /** The position of the dead letter that this event is another try of. */
  readonly redriveOf: string | null;
}

/** A user-created event read from the log, with where it lies there. */
export interface ReceivedUserCreated extends UserCreated, Position {}
