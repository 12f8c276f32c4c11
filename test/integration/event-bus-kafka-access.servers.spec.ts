import { readFileSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import { generate } from 'selfsigned';
import { SystemClock } from '../../src/adapters/clock-system/system-clock.js';
import { type KafkaEventBusOptions } from '../../src/adapters/event-bus-kafka/kafka-event-bus.options.js';
import { KafkaEventBusProbe } from '../../src/adapters/event-bus-kafka/kafka-event-bus.probe.js';
import { KafkaEventPublisher } from '../../src/adapters/event-bus-kafka/kafka-event-publisher.js';
import { type PipelineError } from '../../src/domain/errors.js';
import { describeHealthProbe } from '../contracts/health-probe.contract.js';
import { allStored, aSpec, events, readAll, Reading } from '../contracts/event-bus/harness.js';
import { eventually } from '../support/eventually.js';
import { KafkaBus, kafkaOptions } from '../support/kafka-bus.js';
import { clientOn, through } from '../support/kafka-wires.js';
import { itGiven, realKafka, type RealKafka } from '../support/real-servers.js';
import { TcpProxy } from '../support/tcp-proxy.js';

Logger.overrideLogger(false);

const servers = realKafka();
const pem = (file: string) => readFileSync(file, 'utf8');
const listed = (brokers: string) => brokers.split(',');
type Login = NonNullable<KafkaEventBusOptions['sasl']>;
const login = (mechanism: Login['mechanism'], [username, password]: readonly [string, string]): Login => ({ mechanism, username, password });

type Given = Partial<KafkaEventBusOptions>;
const LISTENERS: readonly (readonly [string, ReadonlyArray<keyof RealKafka>, (given: Required<RealKafka>) => Given])[] = [
  ['TLS', ['ssl', 'caFile'], ({ ssl, caFile }) => ({ brokers: listed(ssl), ssl: { ca: pem(caFile), cert: null, key: null } })],
  [
    'TLS and a certificate of our own',
    ['ssl', 'caFile', 'clientCertFile', 'clientKeyFile'],
    ({ ssl, caFile, clientCertFile, clientKeyFile }) => ({ brokers: listed(ssl), ssl: { ca: pem(caFile), cert: pem(clientCertFile), key: pem(clientKeyFile) } }),
  ],
  ['a PLAIN login', ['saslPlaintext', 'users'], ({ saslPlaintext, users }) => ({ brokers: listed(saslPlaintext), sasl: login('plain', users.plain) })],
  ['a SCRAM-SHA-256 login', ['saslPlaintext', 'users'], ({ saslPlaintext, users }) => ({ brokers: listed(saslPlaintext), sasl: login('scram-sha-256', users.scram) })],
  [
    'a SCRAM-SHA-512 login over TLS',
    ['saslSsl', 'caFile', 'users'],
    ({ saslSsl, caFile, users }) => ({ brokers: listed(saslSsl), ssl: { ca: pem(caFile), cert: null, key: null }, sasl: login('scram-sha-512', users.scram) }),
  ],
];

describe('a cluster that asks for', () => {
  for (const [what, needed, options] of LISTENERS) {
    itGiven(servers, needed, `${what} lets us make topics, publish, read and consume`, async (given) => {
      const bus = await KafkaBus.open(options(given));
      try {
        const spec = aSpec({ partitions: 2 });
        await bus.topics.ensure([spec]);
        await bus.publisher.publish(spec.name, events(20));
        expect(await readAll(bus.log, spec.name, 2)).toHaveLength(20);
        const reading = new Reading((await bus.openConsumer()).consumer, { topic: spec.name, group: 'group' }, async (batch) => allStored(batch));
        await eventually(() => expect(reading.events).toHaveLength(20));
        await reading.stop();
      } finally {
        await bus.close();
      }
    });
  }
});

const OTHER_AUTHORITY = () => generate([{ name: 'commonName', value: 'somebody else' }]);
type Refusal = readonly [string, ReadonlyArray<keyof RealKafka>, (given: Required<RealKafka>) => Given | Promise<Given>, string, RegExp];
const REFUSALS: readonly Refusal[] = [
  ['a wrong password (PLAIN)', ['saslPlaintext', 'users'], ({ saslPlaintext, users }) => ({ brokers: listed(saslPlaintext), sasl: login('plain', [users.plain[0], 'wrong']) }), 'bus.login-refused', /KAFKA_SASL_PASSWORD/],
  ['a wrong password (SCRAM)', ['saslPlaintext', 'users'], ({ saslPlaintext, users }) => ({ brokers: listed(saslPlaintext), sasl: login('scram-sha-256', [users.scram[0], 'wrong']) }), 'bus.login-refused', /KAFKA_SASL_PASSWORD/],
  ['a user that nobody knows', ['saslPlaintext'], ({ saslPlaintext }) => ({ brokers: listed(saslPlaintext), sasl: login('scram-sha-512', ['nobody', 'wrong']) }), 'bus.login-refused', /KAFKA_SASL_USERNAME/],
  ['a login where none is asked for', ['users'], ({ users }) => ({ sasl: login('plain', users.plain) }), 'bus.login-refused', /KAFKA_BROKERS/],
  ['no login where one is asked for', ['saslPlaintext'], ({ saslPlaintext }) => ({ brokers: listed(saslPlaintext) }), 'bus.unavailable', /KAFKA_SASL_MECHANISM/],
  ['an authority that is not given', ['ssl'], ({ ssl }) => ({ brokers: listed(ssl), ssl: { ca: null, cert: null, key: null } }), 'bus.certificate', /KAFKA_SSL_CA/],
  ["somebody else's authority", ['ssl'], async ({ ssl }) => ({ brokers: listed(ssl), ssl: { ca: (await OTHER_AUTHORITY()).cert, cert: null, key: null } }), 'bus.certificate', /KAFKA_SSL_CA/],
  ['certificates that are none', ['ssl', 'caFile'], ({ ssl, caFile }) => ({ brokers: listed(ssl), ssl: { ca: pem(caFile), cert: 'not PEM', key: 'not PEM' } }), 'bus.certificate', /KAFKA_SSL_CERT/],
  ['plain text to a TLS port', ['ssl'], ({ ssl }) => ({ brokers: listed(ssl) }), 'bus.encryption', /KAFKA_SSL/],
  ['TLS to a plain-text port', [], () => ({ ssl: { ca: null, cert: null, key: null } }), 'bus.encryption', /KAFKA_SSL/],
];

describe('is named, with the setting to look at, and tried again:', () => {
  for (const [what, needed, options, code, remedy] of REFUSALS) {
    itGiven(servers, needed, what, async (given) => {
      const bus = await KafkaBus.open(await options(given));
      try {
        const calls = [bus.topics.ensure([aSpec()]), bus.publisher.publish('any', events(1)), bus.log.offsets('any'), bus.log.committed('any', 'group')];
        for (const call of calls) call.catch(() => undefined);
        for (const call of calls) {
          const error = await call.then(() => Promise.reject(new Error('it was let in')), (thrown: unknown) => thrown as PipelineError);
          expect({ code: error.code, disposition: error.disposition }).toEqual({ code, disposition: 'retry' });
          expect(error.remedy).toMatch(remedy);
          expect(`${error.message} ${error.remedy}`).not.toContain('wrong');
          expect(error.cause).toBeInstanceOf(Object);
        }
        const { consumer } = await bus.openConsumer();
        const stop = new AbortController();
        const running = consumer.run({ topic: 'any', group: 'group' }, async (batch) => allStored(batch), stop.signal);
        await eventually(() => expect(consumer.status()).toMatchObject({ state: 'connecting', reason: expect.any(String) as string }));
        stop.abort();
        await running;
        expect(await new KafkaEventBusProbe(bus.client).check()).toMatchObject({ name: 'event-bus', status: 'down', code });
      } finally {
        await bus.close();
      }
    });
  }
});

describeHealthProbe('Kafka', 'event-bus', async () => {
  const proxy = await TcpProxy.to(listed(servers.brokers)[0] ?? '');
  const client = clientOn(through(proxy), kafkaOptions(), new SystemClock());
  const publish = () => new KafkaEventPublisher(client).publish('nobody-made-this', events(1));
  return {
    probe: new KafkaEventBusProbe(client),
    breakages: [
      {
        what: 'brokers that are away',
        status: 'down',
        code: 'bus.unavailable',
        names: /Kafka/,
        cause: async () => {
          proxy.cut();
          await expect(publish()).rejects.toMatchObject({ code: 'bus.unavailable' });
        },
        mend: async () => proxy.mend(),
      },
      {
        what: 'brokers that do not answer',
        status: 'down',
        code: 'bus.unavailable',
        names: /Kafka/,
        cause: async () => proxy.goSilent(),
        mend: async () => proxy.mend(),
      },
    ],
    close: async () => {
      await client.close();
      await proxy.close();
    },
  };
});
