import { until } from './app.mjs';
import { BareConsumer } from './bare-consumer.mjs';
import { Fleet, pauseProcessing } from './fleet.mjs';
import { onServers, settingsOf } from './servers.mjs';
import { stopwatchOf } from './stopwatch.mjs';

const DONE_WITHIN_MS = 300_000;
/** Each look is two requests to the broker, which serves what is measured. */
const LOOK_EVERY_MS = 50;

/**
 * A topic of `events` events, filled once, and ways to bring it into a table: each measurement has a group and a table
 * of its own, so that nothing is shared with the one before but the topic.
 */
export class KafkaRun {
  #workplace;
  #facts;
  #runs = 0;

  constructor(workplace, facts) {
    this.#workplace = workplace;
    this.#facts = facts;
  }

  /** Fills a topic on the servers, gives `measure` the run, and takes all of it away. @throws ServersMissing */
  static on(servers, workplace, { events, partitions, flags }, measure) {
    return onServers(servers, async (on) => {
      const topic = `${on.tag}_users`;
      await on.kafka.createTopic(topic, partitions);
      const { samples } = await workplace.loop('fill-topic', { brokers: on.endpoints.kafka.brokers, topic, count: events });
      return measure(new KafkaRun(workplace, { ...on, topic, partitions, events, samples, flags, ends: await on.kafka.ends(topic) }));
    });
  }

  /** Real processes of the app, so many. */
  async app(instances = 1) {
    const { endpoints, keyspace, topic, partitions, flags } = this.#facts;
    const name = await this.#table();
    const dataDir = this.#workplace.folder();
    const environment = { ...settingsOf(endpoints), DATA_DIR: dataDir, PIPELINE_NAME: name, USERS_TOPIC: topic, CASSANDRA_KEYSPACE: keyspace.name, CASSANDRA_TABLE: name };
    await pauseProcessing(this.#workplace, environment);
    const fleet = new Fleet(this.#workplace, instances, environment, flags);
    await fleet.paused(partitions);
    const measured = await this.#measure(fleet, () => fleet.resume(), name);
    this.#workplace.remove(dataDir);
    return measured;
  }

  /** A loop of ours that is not the app, by its file. */
  async loop(loop) {
    const { endpoints, keyspace, topic, partitions } = this.#facts;
    const { kafka: { brokers }, cassandra: { contactPoint, localDataCenter } } = endpoints;
    const name = await this.#table();
    const consumer = new BareConsumer(this.#workplace, loop, { brokers, contactPoint, localDataCenter, keyspace: keyspace.name, table: name, topic, group: name, partitions });
    await consumer.ready();
    return this.#measure(consumer, () => consumer.go(), name);
  }

  /** A new table; the group and the pipeline have its name too. */
  async #table() {
    const name = `${this.#facts.tag}_${(this.#runs += 1)}`;
    await this.#facts.keyspace.createTable(name);
    return name;
  }

  /** From the word to go on up to the commit of the last position. The partitions are held before. */
  async #measure(consumer, go, name) {
    const { kafka, keyspace, topic, ends, events, samples } = this.#facts;
    let committed;
    const isDone = async () => {
      consumer.mustRun();
      committed = await kafka.committed(name, topic);
      return [...ends].every(([partition, end]) => committed.get(partition) >= end);
    };
    const stop = stopwatchOf(consumer);
    await go();
    await until(isDone, DONE_WITHIN_MS, () => `only ${JSON.stringify([...committed])} of ${JSON.stringify([...ends])} were committed`, LOOK_EVERY_MS);
    const measured = stop(events);
    await consumer.stop();
    await keyspace.check(name, { rows: events, samples });
    await keyspace.dropTable(name);
    return measured;
  }
}
