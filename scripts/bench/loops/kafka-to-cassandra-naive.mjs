/**
 * The loop that is written first, and that the tutorials have: kafkajs' `eachMessage` with its own defaults, and one
 * awaited insert a message. The insert is prepared and carries its write timestamp, so that the rows are the same.
 */
import { connectCassandra, consume, inserting, PREPARED } from '../lib/consume-loop.mjs';

const options = JSON.parse(process.argv[2]);
const client = await connectCassandra(options);
const insert = inserting(options);
await consume(options, client, () => ({
  async eachMessage({ message }) {
    const { query, params } = insert(message);
    await client.execute(query, params, PREPARED);
  },
}));
