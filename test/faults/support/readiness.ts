import { type AppProcess } from '../../support/app-process.js';
import { eventually } from '../../support/eventually.js';
import { allReady, readinessOf } from './readiness-watch.js';

/** Waits until a process says that it is not ready, and that it is this component's fault, and why. */
export function notReadyBecause(app: AppProcess, component: string, code: string, withinMs = 60_000): Promise<void> {
  return eventually(
    async () => {
      const { httpStatus, components } = await readinessOf(app);
      expect({ status: httpStatus, said: components[component] }).toMatchObject({ status: 503, said: { status: 'down', code } });
    },
    { withinMs, everyMs: 100 },
  );
}

export async function isReady(app: AppProcess, withinMs = 90_000): Promise<void> {
  await allReady([app], { withinMs });
}

/** Since `began` (of performance.now()), to a tenth. */
export function seconds(began: number): number {
  return Math.round((performance.now() - began) / 100) / 10;
}
