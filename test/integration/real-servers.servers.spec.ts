import { readFileSync } from 'node:fs';
import { Client, type ClientOptions } from 'cassandra-driver';
import { Kafka, logLevel, type KafkaConfig } from 'kafkajs';
import { itGiven, realCassandra, realKafka, type RealCassandra } from '../support/real-servers.js';

/** What the specs of logins and certificates stand on: that a wrong one is refused at all. */
describe('Kafka for tests', () => {
  const kafka = realKafka();
  const text = (file: string): string => readFileSync(file, 'utf8');

  it('answers on its plain listener', async () => {
    expect(await brokersSeen({ brokers: [kafka.brokers] })).toBeGreaterThan(0);
  });

  itGiven(kafka, ['ssl', 'caFile', 'clientCertFile', 'clientKeyFile'], 'speaks TLS to those who know its authority, with a certificate of their own or without', async ({ ssl, caFile, clientCertFile, clientKeyFile }) => {
    const ca = [text(caFile)];
    expect(await brokersSeen({ brokers: [ssl], ssl: { ca } })).toBeGreaterThan(0);
    expect(await brokersSeen({ brokers: [ssl], ssl: { ca, cert: text(clientCertFile), key: text(clientKeyFile) } })).toBeGreaterThan(0);
    await expect(brokersSeen({ brokers: [ssl], ssl: true })).rejects.toThrow(/verify|self.signed/);
  });

  itGiven(kafka, ['saslPlaintext', 'saslSsl', 'caFile', 'users'], 'lets in who knows a password, by each mechanism, and nobody else', async ({ saslPlaintext, saslSsl, caFile, users }) => {
    for (const place of [{ brokers: [saslPlaintext] }, { brokers: [saslSsl], ssl: { ca: [text(caFile)] } }]) {
      for (const mechanism of ['plain', 'scram-sha-256', 'scram-sha-512'] as const) {
        const [username, password] = mechanism === 'plain' ? users.plain : users.scram;
        const login = (secret: string): KafkaConfig => ({ ...place, sasl: { mechanism, username, password: secret } as KafkaConfig['sasl'] & object });
        expect(await brokersSeen(login(password))).toBeGreaterThan(0);
        await expect(brokersSeen(login('wrong'))).rejects.toThrow(/[Aa]uthentication failed/);
      }
      await expect(brokersSeen(place)).rejects.toThrow();
    }
  });

  async function brokersSeen(config: KafkaConfig): Promise<number> {
    const admin = new Kafka({ logLevel: logLevel.NOTHING, retry: { retries: 0 }, ...config }).admin();
    try {
      await admin.connect();
      return (await admin.describeCluster()).brokers.length;
    } finally {
      await admin.disconnect();
    }
  }
});

describe('Cassandra for tests', () => {
  const cassandra = realCassandra();

  it('answers without TLS', async () => {
    expect(await releaseOf(cassandra)).toMatch(/^\d/);
  });

  itGiven(cassandra, ['caFile'], 'speaks TLS to those who know its authority', async ({ caFile }) => {
    expect(await releaseOf(cassandra, { sslOptions: { ca: [readFileSync(caFile)], rejectUnauthorized: true } })).toMatch(/^\d/);
    await expect(releaseOf(cassandra, { sslOptions: { rejectUnauthorized: true } })).rejects.toThrow(/verify|self.signed/);
  });
});

async function releaseOf({ contactPoint, localDataCenter }: RealCassandra, options: Partial<ClientOptions> = {}): Promise<string> {
  const client = new Client({ contactPoints: [contactPoint], localDataCenter, ...options });
  try {
    return (await client.execute('SELECT release_version FROM system.local')).first()['release_version'] as string;
  } finally {
    await client.shutdown();
  }
}
