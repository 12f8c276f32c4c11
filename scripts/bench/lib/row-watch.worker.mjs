import { parentPort, workerData } from 'node:worker_threads';
import cassandra from 'cassandra-driver';

const { contactPoint, localDataCenter, keyspace, table } = workerData;
const SELECT = `SELECT id FROM ${keyspace}.${table} WHERE id = ?`;
const OPTIONS = { prepare: true, isIdempotent: true, consistency: cassandra.types.consistencies.localQuorum };
const NOBODY = '00000000-0000-4000-8000-000000000000';

const client = new cassandra.Client({ contactPoints: [contactPoint], localDataCenter });
await client.execute(SELECT, [NOBODY], OPTIONS);
parentPort.on('message', (id) => {
  if (id !== null) return void watch(id);
  parentPort.close();
  void client.shutdown();
});
parentPort.postMessage({});

async function watch(id) {
  for (;;) {
    const looked = process.hrtime.bigint();
    const { rowLength } = await client.execute(SELECT, [id], OPTIONS);
    const at = process.hrtime.bigint();
    if (rowLength > 0) return parentPort.postMessage({ id, at, lookMs: Number(at - looked) / 1e6 });
  }
}
