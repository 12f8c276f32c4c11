import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { KafkaClient } from '../../../../src/adapters/event-bus-kafka/kafka-client.js';
import { type KafkaEventBusOptions } from '../../../../src/adapters/event-bus-kafka/kafka-event-bus.options.js';
import { KafkaSockets } from '../../../../src/adapters/event-bus-kafka/kafka-sockets.js';
import { BusUnavailableError, UnknownTopicError } from '../../../../src/ports/event-bus.errors.js';
import { HastyClock } from '../../../support/hasty-clock.js';

Logger.overrideLogger(false);

function client(given: Partial<KafkaEventBusOptions> = {}): KafkaClient {
  return new KafkaClient({ brokers: ['127.0.0.1:1'], clientId: 'userstream', ssl: null, sasl: null, replication: -1, ...given }, new HastyClock(-1));
}

describe('KafkaClient', () => {
  it('sets every wait, since kafkajs has others where NODE_ENV is test', () => {
    expect(client().config(new KafkaSockets())).toMatchObject({
      connectionTimeout: expect.any(Number) as number,
      authenticationTimeout: expect.any(Number) as number,
      requestTimeout: expect.any(Number) as number,
      enforceRequestTimeout: true,
      retry: { retries: expect.any(Number) as number, initialRetryTime: expect.any(Number) as number, maxRetryTime: expect.any(Number) as number, factor: expect.any(Number) as number, multiplier: expect.any(Number) as number },
    });
  });

  it('gives TLS what it was given, and nothing for plain text', () => {
    expect(client().config(new KafkaSockets())).not.toHaveProperty('ssl');
    expect(client({ ssl: { ca: 'CA', cert: null, key: null } }).config(new KafkaSockets()).ssl).toEqual({ ca: 'CA' });
    expect(client({ ssl: { ca: null, cert: null, key: null } }).config(new KafkaSockets()).ssl).toEqual({});
    const sasl = { mechanism: 'plain', username: 'u', password: 'p' } as const;
    expect(client({ sasl }).config(new KafkaSockets()).sasl).toEqual(sasl);
  });

  it('remembers what the bus did to a piece of work until that goes through', async () => {
    const kafka = client();
    const away = new BusUnavailableError('away');
    await expect(kafka.tracking('work', () => Promise.reject(away))).rejects.toBe(away);
    expect(kafka.faults.worst()).toBe(away);
    await expect(kafka.tracking('other work', () => Promise.reject(new UnknownTopicError('none')))).rejects.toBeInstanceOf(UnknownTopicError);
    await kafka.tracking('work', async () => 'done');
    expect(kafka.faults.worst()).toBeNull();
  });

  it('asks again on a new connection where another request has given the shared one up', async () => {
    const kafka = client();
    const admins: number[] = [];
    const makeAdmin = () => {
      const admin = { number: admins.push(0), connect: async () => undefined, disconnect: async () => undefined };
      return admin as unknown as ReturnType<typeof kafka.kafka.admin>;
    };
    jest.spyOn(kafka.kafka, 'admin').mockImplementation(makeAdmin);
    const numberOf = (admin: unknown) => (admin as { readonly number: number }).number;
    let disconnected = () => {};
    const failed = new Promise<void>((resolve) => (disconnected = resolve));
    const stumbling = kafka.withAdmin('settings', async (admin) => {
      if (numberOf(admin) > 1) return `answered by ${numberOf(admin)}`;
      await failed;
      throw new TypeError("Cannot read properties of null (reading 'brokers')");
    });
    await expect(kafka.withAdmin('other', () => Promise.reject(new UnknownTopicError('none')))).rejects.toBeInstanceOf(UnknownTopicError);
    disconnected();
    expect(await stumbling).toBe('answered by 2');
  });

  it('passes an error on that nobody else had a part in', async () => {
    const kafka = client();
    jest.spyOn(kafka.kafka, 'admin').mockImplementation(() => ({ connect: async () => undefined, disconnect: async () => undefined }) as unknown as ReturnType<typeof kafka.kafka.admin>);
    await expect(kafka.withAdmin('settings', () => Promise.reject(new TypeError('a bug')))).rejects.toThrow(TypeError);
  });

  it('does nothing any more once it is closed, and says so', async () => {
    const kafka = client();
    const sockets = new KafkaSockets();
    sockets.cut(new Error('cut'));
    expect(() => sockets.factory({ host: '127.0.0.1', port: 1, ssl: {}, onConnect: () => undefined })).toThrow('cut');
    await kafka.close();
    await kafka.close();
    expect(kafka.closed.aborted).toBe(true);
    await expect(kafka.tracking('work', async () => 'done')).rejects.toThrow('closed');
    await expect(kafka.withAdmin('ask', async () => 'done')).rejects.toBeInstanceOf(BusUnavailableError);
  });
});
