import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { SystemClock } from '../../src/adapters/clock-system/system-clock.js';
import { LogFiles } from '../../src/adapters/event-bus-sqlite/log-files.js';
import { SqliteEventConsumer } from '../../src/adapters/event-bus-sqlite/sqlite-event-consumer.js';
import { SqliteEventPublisher } from '../../src/adapters/event-bus-sqlite/sqlite-event-publisher.js';
import { type EventBatch } from '../../src/ports/event-consumer.port.js';
import { type BusJob } from './bus-process.js';
import { QUICK_CONSUMER } from './sqlite-bus.js';

/** What runs in a BusProcess: one job, and a line of JSON for whatever has happened. */
Logger.overrideLogger(false);
const job = JSON.parse(process.argv[2] ?? '') as BusJob;
const clock = new SystemClock();
const files = await LogFiles.open({ dataDir: job.dataDir }, clock);
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

async function publish({ topic, prefix, batches, batchSize }: Extract<BusJob, { does: 'publish' }>): Promise<void> {
  const publisher = new SqliteEventPublisher(files, clock);
  for (let batch = 0; batch < batches; batch += 1) {
    const values = Array.from({ length: batchSize }, (_, index) => `${prefix}-${batch}-${index}`);
    await publisher.publish(topic, values.map((value) => ({ key: value, value: Buffer.from(value), headers: {} })));
    say({ published: values });
  }
}

async function consume({ topic, group, delayMs }: Extract<BusJob, { does: 'consume' }>): Promise<void> {
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort());
  const handle = async (batch: EventBatch, signal: AbortSignal) => {
    signal.addEventListener('abort', () => say({ aborted: batch.partition }));
    const values = batch.events.map((event) => String(event.value));
    say({ taken: values });
    if (delayMs > 0) await sleep(delayMs);
    say({ handled: values });
    return { stored: 0, dead: 0, skipped: values.length };
  };
  await new SqliteEventConsumer(files, clock, { ...QUICK_CONSUMER, batch: { events: 20, bytes: 1_000_000 } }).run({ topic, group }, handle, stop.signal);
}

/** Never comes back from inside a write transaction. */
function lock({ topic }: Extract<BusJob, { does: 'lock' }>): void {
  files.fileOf(topic).sqlite.write(() => {
    say({ locked: true });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
  });
}

switch (job.does) {
  case 'publish':
    await publish(job);
    break;
  case 'consume':
    await consume(job);
    break;
  case 'lock':
    lock(job);
    break;
}
files.close();
say({ ended: true });
