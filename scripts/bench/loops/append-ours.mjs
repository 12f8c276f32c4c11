/** Appends events through our EventPublisher, a batch at a time; prints the measurement. */
import { openLog, USERS_TOPIC } from '../lib/embedded-log.mjs';
import { outgoingEvents } from '../lib/events.mjs';
import { stopwatch } from '../lib/stopwatch.mjs';

const { dataDir, count, warmUp, batch } = JSON.parse(process.argv[2]);
const events = await outgoingEvents(0, warmUp + count);
const log = await openLog(dataDir);

async function publish(from, to) {
  for (let at = from; at < to; at += batch) await log.publisher.publish(USERS_TOPIC, events.slice(at, at + batch));
}

await publish(0, warmUp);
const stop = stopwatch();
await publish(warmUp, warmUp + count);
const measured = stop(count);
log.close();
console.log(JSON.stringify(measured));
