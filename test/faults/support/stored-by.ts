import { type AppProcess } from '../../support/app-process.js';

/** How many events a process has stored since it began, as its own metrics say: who asks needs neither log nor table for that. */
export async function storedBy(app: AppProcess): Promise<number> {
  const { body } = await app.get<string>('/metrics');
  return Number(/^userstream_processing_stored_events_total(?:\{[^}]*\})? (\d+)/m.exec(body)?.[1] ?? 0);
}
