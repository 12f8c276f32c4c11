import { type Clock } from '../../ports/clock.port.js';
import { BusUnavailableError } from '../../ports/event-bus.errors.js';
import { BusAccessError, BusNotPermittedError } from './kafka-access.errors.js';

/** A fault that nobody has met again for so long says nothing any more. */
const LASTS_MS = 60_000;

/** A piece of work that fails, by kind, until it goes through. */
export class KafkaFaults {
  private readonly current = new Map<string, { readonly error: BusUnavailableError | BusAccessError; readonly atMs: number }>();

  constructor(private readonly clock: Clock) {}

  /** Remembers what says something about the bus itself; a topic that is missing, say, is its caller's concern. */
  met(what: string, error: unknown): void {
    if (!(error instanceof BusUnavailableError || error instanceof BusAccessError)) return;
    this.current.set(what, { error, atMs: this.clock.monotonic() });
  }

  clear(what: string): void {
    this.current.delete(what);
  }

  /** The cluster answers: what keeps from reaching it is over, what it forbids is not. */
  reached(): void {
    for (const [what, { error }] of this.current) {
      if (!(error instanceof BusNotPermittedError)) this.current.delete(what);
    }
  }

  /** What is wrong now; what a person has to mend first, then what was met last. */
  worst(): BusUnavailableError | BusAccessError | null {
    const oldest = this.clock.monotonic() - LASTS_MS;
    for (const [what, { atMs }] of this.current) if (atMs < oldest) this.current.delete(what);
    const errors = [...this.current.values()].sort((a, b) => b.atMs - a.atMs).map(({ error }) => error);
    return errors.find((error) => error instanceof BusAccessError) ?? errors[0] ?? null;
  }
}
