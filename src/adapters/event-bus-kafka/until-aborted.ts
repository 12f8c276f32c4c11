/** Resolves, never rejects, once one of the signals has aborted. */
export function untilAborted(...signals: readonly AbortSignal[]): Promise<void> {
  if (signals.some((signal) => signal.aborted)) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      for (const signal of signals) signal.removeEventListener('abort', end);
      resolve();
    };
    for (const signal of signals) signal.addEventListener('abort', end);
  });
}

/** What `work` resolves with, or undefined as soon as the signal aborts. */
export async function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result | undefined> {
  const done = new AbortController();
  try {
    return (await Promise.race([work, untilAborted(signal, done.signal)])) ?? undefined;
  } finally {
    done.abort();
  }
}
