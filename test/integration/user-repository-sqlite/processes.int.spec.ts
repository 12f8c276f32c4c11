import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { eventually } from '../../support/eventually.js';
import { SqliteTable } from '../../support/sqlite-table.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { idsOfBatch, timeOfBatch, type SavingOrder } from './saving-order.js';

const LOADER = join(import.meta.dirname, '..', '..', 'support', 'typescript-loader.mjs');
const PROGRAM = join(import.meta.dirname, 'saving-process.ts');

/** A saving process, and the batches that it has said to be durable. */
class SavingProcess {
  readonly acknowledged: number[] = [];
  private readonly child;
  private readonly ended: Promise<unknown[]>;

  constructor(order: SavingOrder) {
    this.child = spawn(process.execPath, ['--import', LOADER, PROGRAM, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.ended = once(this.child, 'exit');
    createInterface({ input: this.child.stdout }).on('line', (line) => this.acknowledged.push(Number(line)));
  }

  async exitCode(): Promise<unknown> {
    return (await this.ended)[0];
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}

describe('the embedded table and its processes', () => {
  const dataDir = () => temporaryFolder();

  it('takes two writers at once, and keeps the newest event of both', async () => {
    const order: SavingOrder = { dataDir: dataDir(), batches: 40, batchSize: 25, people: 'same', phase: 0 };
    const orders = [order, { ...order, phase: 1 }];

    const exits = await Promise.all(orders.map((each) => new SavingProcess(each).exitCode()));

    expect(exits).toEqual([0, 0]);
    const table = await SqliteTable.open({ dataDir: order.dataDir });
    const { items } = await table.repository.list({ cursor: null, limit: 1_000 });
    await table.close();
    expect(items.map(({ id }) => id).sort()).toEqual(idsOfBatch(order, 0).sort());
    expect(new Set(items.map(({ createdAtMicros }) => createdAtMicros))).toEqual(new Set([timeOfBatch({ ...order, phase: 1 }, 39)]));
  }, 30_000);

  it('loses nothing acknowledged and tears no batch when its process is killed', async () => {
    const order: SavingOrder = { dataDir: dataDir(), batches: 100_000, batchSize: 100, people: 'new', phase: 0 };
    const saving = new SavingProcess(order);
    await eventually(() => expect(saving.acknowledged.length).toBeGreaterThan(10), { withinMs: 60_000 });
    await saving.kill();

    const table = await SqliteTable.open({ dataDir: order.dataDir });
    const stored = new Set<string>();
    let cursor: string | null = null;
    do {
      const page = await table.repository.list({ cursor, limit: 5_000 });
      for (const { id } of page.items) stored.add(id ?? '');
      cursor = page.next;
    } while (cursor !== null);
    await table.close();

    const lost = saving.acknowledged.filter((batch) => idsOfBatch(order, batch).some((id) => !stored.has(id)));
    expect(lost).toEqual([]);
    const torn: number[] = [];
    for (let batch = 0, left = stored.size; left > 0; batch += 1) {
      const there = idsOfBatch(order, batch).filter((id) => stored.has(id)).length;
      if (there !== order.batchSize) torn.push(batch);
      left -= there;
      if (there === 0) break;
    }
    expect(torn).toEqual([]);
  }, 40_000);
});
