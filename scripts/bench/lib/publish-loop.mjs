import { stopwatch } from './stopwatch.mjs';

/** Hands `events` over, a batch after the other, and measures those after the first `warmUp`. */
export async function publishLoop({ warmUp, batch }, events, publish) {
  const hand = async (from, to) => {
    for (let at = from; at < to; at += batch) await publish(events.slice(at, Math.min(at + batch, to)));
  };
  await hand(0, warmUp);
  const stop = stopwatch();
  await hand(warmUp, events.length);
  return stop(events.length - warmUp);
}
