import { createServer, type AddressInfo } from 'node:net';
import { Logger } from '@nestjs/common';
import { SystemClock } from '../../../../src/adapters/clock-system/system-clock.js';
import { KafkaClient } from '../../../../src/adapters/event-bus-kafka/kafka-client.js';
import { KafkaEventLog } from '../../../../src/adapters/event-bus-kafka/kafka-event-log.js';

Logger.overrideLogger(false);

describe('a port where something else than Kafka listens', () => {
  it('is named, and ends no process', async () => {
    const answer = Buffer.from([0, 0, 0, 1, 7]);
    const server = createServer((socket) => socket.on('data', () => socket.write(answer)).on('error', () => undefined));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = new KafkaClient({ brokers: [address], clientId: 'test', ssl: null, sasl: null, replication: -1 }, new SystemClock());
    try {
      await expect(new KafkaEventLog(client).offsets('topic')).rejects.toMatchObject({ code: 'bus.unavailable', disposition: 'retry', remedy: expect.stringContaining('KAFKA_BROKERS') as string });
    } finally {
      await client.close();
      server.close();
    }
  });
});
