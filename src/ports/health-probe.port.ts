export type HealthStatus = 'up' | 'degraded' | 'down';

export interface Health {
  /** The component, such as `event-bus`, `user-repository`, `processing`. */
  readonly name: string;
  readonly status: HealthStatus;
  /** A stable code, such as `repository.unavailable`; null when all is well. Safe to show to anybody. */
  readonly code: string | null;
  /** A sentence for the operator; null when all is well. May name addresses and paths, never a secret. */
  readonly reason: string | null;
  /** Milliseconds since 1970 since when it has had this status and code. */
  readonly sinceMs: number;
  /** What to do about it; null where there is nothing to do. */
  readonly suggestion: string | null;
}

/**
 * Says how one component is. `check` never throws and answers within a second: it reports what the component's last
 * real work met, or makes one cheap call. `degraded` still serves; `down` makes the process not ready.
 */
export abstract class HealthProbe {
  abstract check(): Promise<Health>;
}

/** The probes of everything that this process is made of, in the order to show them. */
export abstract class HealthProbes {
  abstract readonly all: readonly HealthProbe[];
}
