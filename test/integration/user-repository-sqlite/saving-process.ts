import { SystemClock } from '../../../src/adapters/clock-system/system-clock.js';
import { SqliteUserRepository } from '../../../src/adapters/user-repository-sqlite/sqlite-user-repository.js';
import { CORE_FIELDS } from '../../../src/domain/user.js';
import { eventsOfBatch, type SavingOrder } from './saving-order.js';

/** A process that saves batch after batch, and says the number of each on a line of its own once it is durable. */
const order = JSON.parse(process.argv[2] ?? '') as SavingOrder;
const repository = await SqliteUserRepository.open({ dataDir: order.dataDir, fields: CORE_FIELDS }, new SystemClock());
for (let batch = 0; batch < order.batches; batch += 1) {
  await repository.saveAll(eventsOfBatch(order, batch));
  process.stdout.write(`${batch}\n`);
}
repository.onApplicationShutdown();
