/** Publishes `count` events of as many people to a folder's log. */
import { openLog, USERS_TOPIC } from '../lib/embedded-log.mjs';
import { outgoingEvents } from '../lib/events.mjs';

const { dataDir, count } = JSON.parse(process.argv[2]);
const BATCH = 500;
const log = await openLog({ dataDir });
for (let from = 0; from < count; from += BATCH) {
  await log.publisher.publish(USERS_TOPIC, await outgoingEvents(from, Math.min(BATCH, count - from)));
}
log.close();
console.log(JSON.stringify({ count }));
