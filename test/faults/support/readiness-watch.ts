import { type AppProcess } from '../../support/app-process.js';
import { eventually } from '../../support/eventually.js';

export interface ComponentHealth {
  readonly status: string;
  readonly code: string | null;
  readonly reason: string | null;
  readonly since: string;
  readonly suggestion: string | null;
}

/** What a process answers who asks whether it is ready. */
export interface Readiness {
  readonly httpStatus: number;
  readonly components: Readonly<Record<string, ComponentHealth>>;
}

export async function readinessOf(app: AppProcess): Promise<Readiness> {
  const { status, body } = await app.get<{ readonly details: Readiness['components'] }>('/health/ready');
  return { httpStatus: status, components: body.details };
}

/** Waits until each process is ready; resolves with the seconds that the last one took. */
export async function allReady(apps: readonly AppProcess[], { withinMs }: { readonly withinMs: number }): Promise<number> {
  const from = performance.now();
  const readyOf = async (app: AppProcess) => {
    await eventually(async () => {
      const { httpStatus, components } = await readinessOf(app);
      if (httpStatus !== 200) throw new Error(`not ready: ${JSON.stringify(components)}; its log ends with:\n${app.log.slice(-3_000)}`);
    }, { withinMs, everyMs: 100 });
    return (performance.now() - from) / 1_000;
  };
  return Math.max(...(await Promise.all(apps.map(readyOf))));
}

/** Waits until each process says 503 because of these components; resolves with what they said of them, and the seconds that took. */
export async function allSayAway(apps: readonly AppProcess[], components: readonly string[], { withinMs }: { readonly withinMs: number }): Promise<{ readonly seconds: number; readonly said: readonly ComponentHealth[] }> {
  const from = performance.now();
  const sayAway = (app: AppProcess) =>
    eventually(async () => {
      const now = await readinessOf(app);
      const down = components.flatMap((name) => (now.components[name]?.status === 'down' ? [now.components[name]] : []));
      if (now.httpStatus !== 503 || down.length < components.length) throw new Error(`it does not say that ${components.join(' and ')} are down: ${JSON.stringify(now)}`);
      return down;
    }, { withinMs, everyMs: 100 });
  const said = await Promise.all(apps.map(sayAway));
  return { seconds: (performance.now() - from) / 1_000, said: said.flat() };
}
