/** Publishes events through our EventPublisher, a batch at a time; prints the measurement. */
import { outgoingEvents } from '../lib/events.mjs';
import { openOurLog } from '../lib/our-log.mjs';
import { publishLoop } from '../lib/publish-loop.mjs';

const { log: where, topic, count, warmUp, batch } = JSON.parse(process.argv[2]);
const events = await outgoingEvents(0, warmUp + count);
const log = await openOurLog(where);
const measured = await publishLoop({ warmUp, batch }, events, (some) => log.publisher.publish(topic, some));
await log.close();
console.log(JSON.stringify(measured));
