/** The largest batch that is handed over; a single larger event is handed over alone. */
export interface BatchLimits {
  readonly events: number;
  readonly bytes: number;
}
