import { App, until } from '../lib/app.mjs';
import { BareConsumer } from '../lib/bare-consumer.mjs';
import { interleaved } from '../lib/figures.mjs';
import { atLeast, atMost, count, perSecond } from '../lib/report.mjs';
import { onServers, settingsOf } from '../lib/servers.mjs';

const PARTITIONS = 4;
const JOINED_WITHIN_MS = 30_000;
const DONE_WITHIN_MS = 300_000;
/** Each look is two requests to the broker, which serves what is measured. */
const LOOK_EVERY_MS = 50;

/** A Kafka topic into a Cassandra table that was there before: a real process of the app against the bare loop, both watched from outside. */
export async function kafkaToCassandra(workplace, { pairs, events, flags }, servers) {
  const figures = await onServers(servers, async ({ tag, endpoints, kafka, keyspace }) => {
    const topic = `${tag}_users`;
    await kafka.createTopic(topic, PARTITIONS);
    const { samples } = await workplace.loop('fill-topic', { brokers: endpoints.kafka.brokers, topic, count: events });
    const run = { endpoints, kafka, keyspace, topic, ends: await kafka.ends(topic), events, samples, flags };
    let runs = 0;
    const name = () => `${tag}_${(runs += 1)}`;
    return interleaved(pairs, () => measureApp(workplace, run, name()), () => measureBare(workplace, run, name()));
  });
  const budgets = [atLeast('ratio', 0.9, figures.ratio)];
  if (figures.ours.cpuMicros !== null) budgets.push(atMost('us CPU', 25, figures.ours.cpuMicros));
  return [
    {
      what: `Kafka -> Cassandra, ${count(events)} events, ${PARTITIONS} partitions, 4 columns`,
      measured: perSecond(figures.ours, 'rows'),
      bare: perSecond(figures.bare, 'rows'),
      ratio: figures.ratio,
      budgets,
      samples: figures.pairs,
    },
  ];
}

/** `name` is that of the pipeline and so of the group, and of the table: nothing is shared with the run before but the topic. */
async function measureApp(workplace, run, name) {
  const dataDir = workplace.folder();
  await run.keyspace.createTable(name);
  const environment = { ...settingsOf(run.endpoints), DATA_DIR: dataDir, PIPELINE_NAME: name, USERS_TOPIC: run.topic, CASSANDRA_KEYSPACE: run.keyspace.name, CASSANDRA_TABLE: name };
  await pause(workplace, environment);
  const app = new App(workplace, { ...environment, ROLES: 'processing,admin' }, run.flags);
  await until(() => isPausedWithAll(app), JOINED_WITHIN_MS, () => 'the app did not take its partitions');
  const measured = await measure(app, () => app.post('/api/v1/processing/resume'), run, name);
  workplace.remove(dataDir);
  return measured;
}

/** As an operator would; by a process that does not process, since one that does would have begun. */
async function pause(workplace, environment) {
  const app = new App(workplace, { ...environment, ROLES: 'admin' });
  await app.ready();
  await app.post('/api/v1/processing/pause', { reason: 'the benchmark has not begun' });
  await app.stop();
}

async function isPausedWithAll(app) {
  const { instances } = await app.get('/api/v1/status');
  return instances.some(({ processing }) => processing?.state === 'paused' && processing.partitions.length === PARTITIONS);
}

async function measureBare(workplace, run, name) {
  const { kafka: { brokers }, cassandra: { contactPoint, localDataCenter } } = run.endpoints;
  await run.keyspace.createTable(name);
  const bare = new BareConsumer(workplace, { brokers, contactPoint, localDataCenter, keyspace: run.keyspace.name, table: name, topic: run.topic, group: name, partitions: PARTITIONS });
  await bare.ready();
  return measure(bare, () => bare.go(), run, name);
}

/** From the word to go on up to the commit of the last position. The process holds its partitions before. */
async function measure(consumer, go, { kafka, keyspace, topic, ends, events, samples }, name) {
  let committed;
  const isDone = async () => {
    consumer.mustRun();
    committed = await kafka.committed(name, topic);
    return [...ends].every(([partition, end]) => committed.get(partition) >= end);
  };
  const [started, cpuBefore] = [performance.now(), consumer.cpuSeconds()];
  await go();
  await until(isDone, DONE_WITHIN_MS, () => `only ${JSON.stringify([...committed])} of ${JSON.stringify([...ends])} were committed`, LOOK_EVERY_MS);
  const [tookMs, cpuAfter] = [performance.now() - started, consumer.cpuSeconds()];
  await consumer.stop();
  await keyspace.check(name, { rows: events, samples });
  await keyspace.dropTable(name);
  return { perSecond: (events * 1_000) / tookMs, cpuMicros: cpuBefore === null ? null : ((cpuAfter - cpuBefore) * 1e6) / events };
}
