import { type ReceivedUserCreated } from '../../domain/user-created.js';

/** An event with its place in what was given, and its key. */
export interface Candidate {
  readonly index: number;
  readonly event: ReceivedUserCreated;
  readonly key: string;
}
