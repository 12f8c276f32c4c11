import { interleaved } from '../lib/figures.mjs';
import { KafkaRun } from '../lib/kafka-run.mjs';
import { atLeast, atMost, count, perSecond, twoAndOne } from '../lib/report.mjs';

const PARTITIONS = 4;
const BARE = 'kafka-to-cassandra-bare';
const NAIVE = 'kafka-to-cassandra-naive';

/** A Kafka topic into a Cassandra table that was there before: a real process of the app against the bare loop, both watched from outside. */
export async function kafkaToCassandra(workplace, sizes, servers) {
  const figures = await against(BARE, workplace, { ...sizes, partitions: PARTITIONS }, servers);
  const budgets = [atLeast('ratio', 0.9, figures.ratio)];
  if (figures.ours.cpuMicros !== null) budgets.push(atMost('us CPU', 25, figures.ours.cpuMicros));
  return [beside(`${count(sizes.events)} events, ${PARTITIONS} partitions, 4 columns`, figures, budgets)];
}

/** The same with one partition: one batch after the other. */
export async function onePartition(workplace, sizes, servers) {
  return [beside(`${count(sizes.events)} events, 1 partition`, await against(BARE, workplace, { ...sizes, partitions: 1 }, servers))];
}

/** Beside the loop that is written first: fewer events, since it takes its time. */
export async function naive(workplace, sizes, servers) {
  const figures = await against(NAIVE, workplace, { ...sizes, events: sizes.naiveEvents, partitions: PARTITIONS }, servers);
  return [beside(`${count(sizes.naiveEvents)} events, beside one awaited insert a message`, figures)];
}

/** The partitions shared by two processes, and, in turn with that, held by one. */
export async function twoInstances(workplace, { pairs, ...sizes }, servers) {
  const figures = await KafkaRun.on(servers, workplace, { ...sizes, partitions: PARTITIONS }, (run) => interleaved(pairs, () => run.app(2), () => run.app(1)));
  return twoAndOne(`Kafka -> Cassandra, ${count(sizes.events)} events, ${PARTITIONS} partitions`, figures);
}

function against(loop, workplace, { pairs, ...sizes }, servers) {
  return KafkaRun.on(servers, workplace, sizes, (run) => interleaved(pairs, () => run.app(), () => run.loop(loop)));
}

function beside(what, { ours, bare, ratio, pairs }, budgets = []) {
  return { what: `Kafka -> Cassandra, ${what}`, measured: perSecond(ours, 'rows'), bare: perSecond(bare, 'rows'), ratio, budgets, samples: pairs };
}
