/** How a stop reaches the work: first nothing new is taken, a little later even the work in hand is given up. */
export interface Shutdown {
  readonly stopping: AbortSignal;
  readonly abandoning: AbortSignal;
}
