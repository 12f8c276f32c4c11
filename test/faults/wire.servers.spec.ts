import { Logger } from '@nestjs/common';
import { startKafka, type KafkaCluster } from '../../scripts/servers/kafka.mjs';
import { type AppProcess } from '../support/app-process.js';
import { ready } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { KafkaBus } from '../support/kafka-bus.js';
import { NOTHING_WRONG } from './support/checker.js';
import { ClusterInstallation, sharedServers } from './support/cluster-installation.js';
import { type Dice } from './support/dice.js';
import { FaultyWire, type WireFaults } from './support/faulty-wire.js';
import { CQL_FRAMES, KAFKA_FRAMES } from './support/frames.js';
import { History } from './support/history.js';
import { publishAll, someEvents } from './support/load.js';
import { finishedRun } from './support/planned-events.js';
import { report } from './support/report.js';
import { diceFor, scaled, SEED } from './support/scale.js';

const PUBLISHERS = 16;
/** A dead connection costs 10 s each time, and processing waits ever longer between its tries. */
const WITHIN_MS = scaled({ short: 150_000, long: 600_000 });
const BATCH = 10;
const BATCHES = scaled({ short: 25, long: 150 });
const OF_A_RUN = scaled({ short: 200, long: 2_000 });

/** Once in so many frames: a silent connection costs its client 10 s, so it is the rarest. */
const TO_KAFKA: WireFaults = scaled({
  short: { lostAcknowledgement: 50, cut: 300, late: 20, halfOpen: 1_000 },
  long: { lostAcknowledgement: 50, cut: 300, late: 20, halfOpen: 3_000 },
});
const TO_CASSANDRA: WireFaults = scaled({
  short: { lostAcknowledgement: 10, cut: 100, late: 20, halfOpen: 200 },
  long: { lostAcknowledgement: 50, cut: 300, late: 20, halfOpen: 800 },
});

/** Publishes events of its own users, a batch after the other, each until it is acknowledged, over connections of its own. */
async function publishOver(wire: FaultyWire, topic: string, dice: Dice, history: History): Promise<void> {
  const bus = await KafkaBus.open({ brokers: [wire.address] });
  try {
    await publishAll(bus.publisher, topic, someEvents(dice, BATCH * BATCHES, { users: BATCH * 2 }), history, { batch: BATCH, retries: 1_000 });
  } finally {
    await bus.close();
  }
}

/** So many events have been handled, as the metrics of that process say, which asks nobody for it. */
async function handledBy(app: AppProcess, atLeast: number): Promise<void> {
  await eventually(
    async () => {
      const { body } = await app.get<string>('/metrics');
      const handled = [...body.matchAll(/^userstream_processing_(?:stored|skipped)_events_total (\d+)/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
      expect(handled).toBeGreaterThanOrEqual(atLeast);
    },
    { withinMs: WITHIN_MS, everyMs: 200 },
  );
}

/** Fault 3, with servers alone: nothing of the embedded log or table goes over a wire. */
describe(`a bad wire to Kafka and to Cassandra (seed ${SEED})`, () => {
  let kafka: KafkaCluster;
  const wires: FaultyWire[] = [];
  let installation: ClusterInstallation;
  let toKafka: FaultyWire;
  let toCassandra: FaultyWire;
  beforeAll(async () => {
    Logger.overrideLogger(false);
    const wire = async (upstream: string, framing: typeof KAFKA_FRAMES) => {
      const made = await FaultyWire.to(upstream, framing, diceFor(`wire ${wires.length}`));
      wires.push(made);
      return made;
    };
    // A broker of its own, that names the wire's port in place of its own: clients follow what its metadata says.
    kafka = await startKafka({
      advertise: async (address) => {
        toKafka = await wire(address, KAFKA_FRAMES);
        return toKafka.port;
      },
    });
    const shared = sharedServers();
    toCassandra = await wire(shared.contactPoints, CQL_FRAMES);
    installation = await ClusterInstallation.open({ ...shared, brokers: kafka.brokers }, { reachedAt: { contactPoints: toCassandra.address } });
  }, 480_000);
  afterAll(async () => {
    await installation?.close();
    await Promise.all(wires.map((wire) => wire.close()));
    await kafka?.stop();
  });

  it(`that loses acknowledgements, cuts frames, is late and goes half open, loses, invents and reorders nothing of ${PUBLISHERS} publishers and a run`, async () => {
    const dice = diceFor('wire');
    const history = new History();
    const { topic } = installation;
    await installation.makeTopic();
    const processing = installation.start('processing');
    const others = installation.start('ingestion,admin', { INGEST_PAGE_SIZE: '20', INGEST_RATE: '0' });
    await Promise.all([ready(processing), ready(others)]);

    toKafka.begin(TO_KAFKA);
    toCassandra.begin(TO_CASSANDRA);
    const began = performance.now();
    const running = finishedRun(others, { count: OF_A_RUN }, { withinMs: WITHIN_MS });
    await Promise.all(Array.from({ length: PUBLISHERS }, (_, place) => publishOver(toKafka, topic, diceFor(`publisher ${place} of ${dice.next()}`), history)));
    const run = await running;
    const published = performance.now();
    history.attempt(run);
    history.acknowledge(run.map(({ id }) => id));
    expect(history.inDoubt).toEqual([]);
    await handledBy(processing, history.acknowledged.length);
    const handled = performance.now();
    for (const wire of wires) wire.calm();

    const { verdict, seen } = await installation.settled(history);
    expect(verdict).toEqual(NOTHING_WRONG);
    for (const { met } of wires) expect(Object.entries(met).filter(([, times]) => times === 0)).toEqual([]);
    report({
      fault: 3,
      name: 'a bad wire',
      adapters: 'Kafka and Cassandra',
      injected: `${PUBLISHERS} publishers and a run over wires that lose 1 in ${TO_KAFKA.lostAcknowledgement} acknowledgements with the connection, cut frames in half, are up to 0.25 s late and go half open`,
      figures: {
        acknowledged: history.acknowledged.length,
        lost: 0,
        phantom: 0,
        'users reordered': 0,
        'repeats on the log': seen.records.length - history.attempted.size,
        'produce acknowledgements lost': toKafka.met.lostAcknowledgement,
        'batch acknowledgements lost': toCassandra.met.lostAcknowledgement,
        'frames cut': toKafka.met.cut + toCassandra.met.cut,
        'frames late': toKafka.met.late + toCassandra.met.late,
        'connections half open': toKafka.met.halfOpen + toCassandra.met.halfOpen,
        'published in s': Math.round((published - began) / 100) / 10,
        'handled in s': Math.round((handled - began) / 100) / 10,
      },
    });
  }, 2 * WITHIN_MS);
});
