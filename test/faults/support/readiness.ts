import { type AppProcess } from '../../support/app-process.js';
import { eventually } from '../../support/eventually.js';

interface Readiness {
  readonly details: Readonly<Record<string, { readonly status: string; readonly code: string | null } | undefined>>;
}

/** Waits until a process says that it is not ready, and that it is this component's fault, and why. */
export function notReadyBecause(app: AppProcess, component: string, code: string, withinMs = 60_000): Promise<void> {
  return eventually(
    async () => {
      const { status, body } = await app.get<Readiness>('/health/ready');
      expect({ status, said: body.details[component] }).toMatchObject({ status: 503, said: { status: 'down', code } });
    },
    { withinMs, everyMs: 100 },
  );
}

export function isReady(app: AppProcess, withinMs = 90_000): Promise<void> {
  return eventually(
    async () => {
      const { status, body } = await app.get<Readiness>('/health/ready');
      expect({ status, body }).toMatchObject({ status: 200 });
    },
    { withinMs, everyMs: 100 },
  );
}

/** Since `began` (of performance.now()), to a tenth. */
export function seconds(began: number): number {
  return Math.round((performance.now() - began) / 100) / 10;
}
