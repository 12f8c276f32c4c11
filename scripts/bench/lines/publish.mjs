import { PARTITIONS, USERS_TOPIC } from '../lib/embedded-log.mjs';
import { interleaved } from '../lib/figures.mjs';
import { atLeast, perSecond } from '../lib/report.mjs';
import { onServers } from '../lib/servers.mjs';

const BATCH = 500;

/** The embedded log's append against raw inserts of the same bytes; each measurement in a process and a file of its own. */
export async function append(workplace, { pairs, appended }) {
  const measure = (loop) => async () => {
    const dataDir = workplace.folder();
    const measured = await workplace.loop(loop, { log: { dataDir }, topic: USERS_TOPIC, ...sizes(appended) });
    workplace.remove(dataDir);
    return measured;
  };
  const figures = await interleaved(pairs, measure('publish-ours'), measure('append-bare'));
  return [line(`log append, batches of ${BATCH}, full sync`, figures, [atLeast('ratio', 0.5, figures.ratio)])];
}

/** Our EventPublisher against kafkajs' producer, the same bytes; each measurement in a process and a topic of its own. */
export async function produce(workplace, { pairs, appended }, servers) {
  const figures = await onServers(servers, ({ tag, endpoints: { kafka: { brokers } }, kafka }) => {
    let topics = 0;
    const measure = (loop) => async () => {
      const topic = `${tag}_${(topics += 1)}`;
      await kafka.createTopic(topic, PARTITIONS);
      const measured = await workplace.loop(loop, { log: { brokers }, topic, ...sizes(appended) });
      await check(kafka, topic, sizes(appended));
      await kafka.deleteTopic(topic);
      return measured;
    };
    return interleaved(pairs, measure('publish-ours'), measure('produce-bare'));
  });
  return [line(`Kafka produce, batches of ${BATCH}, ${PARTITIONS} partitions`, figures, [])];
}

const sizes = (count) => ({ batch: BATCH, count, warmUp: count / 10 });

/** A rate is worth nothing if an event is missing. */
async function check(kafka, topic, { count, warmUp }) {
  const events = [...(await kafka.ends(topic)).values()].reduce((sum, end) => sum + end, 0);
  if (events < warmUp + count) throw new Error(`the topic ${topic} has ${events} events instead of ${warmUp + count}`);
}

function line(what, { ours, bare, ratio, pairs }, budgets) {
  return { what, measured: perSecond(ours, 'events'), bare: perSecond(bare, 'events'), ratio, budgets, samples: pairs };
}
