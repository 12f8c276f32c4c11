/** Why consuming ended although nobody told it to. */
export interface TransportFailure {
  readonly error: unknown;
  readonly code: string;
  readonly reason: string;
  readonly sinceMs: number;
}

/** What `on` takes: `failed` is told once, when consuming has ended unexpectedly. */
export interface TransportEvents extends Record<string, (failure: TransportFailure) => void> {
  failed: (failure: TransportFailure) => void;
}

/** `starting`: topics and journal are not there yet. `failed`: consuming has ended although nobody told it to. */
export type TransportPhase = 'starting' | 'consuming' | 'stopped' | 'failed';
