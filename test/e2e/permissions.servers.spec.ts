import { readFileSync } from 'node:fs';
import cassandra from 'cassandra-driver';
import kafkajs, { type AclEntry } from 'kafkajs';
import { startCassandra, type CassandraNode } from '../../scripts/servers/cassandra.mjs';
import { startKafka, type KafkaCluster } from '../../scripts/servers/kafka.mjs';
import { AppProcess, endAppProcesses } from '../support/app-process.js';
import { handled, readinessOf, ready } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { itGiven, realKafka } from '../support/real-servers.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const DOCS = readFileSync(new URL('../../docs/clusters.md', import.meta.url), 'utf8');
const ROLE = { name: 'userstream', password: 'the-role-of-this-test' };

/** The table of the docs, a permission an entry. */
function documentedAcls(principal: string): AclEntry[] {
  const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;
  const types: Record<string, kafkajs.AclResourceTypes> = { topic: AclResourceTypes.TOPIC, group: AclResourceTypes.GROUP };
  const operations: Record<string, kafkajs.AclOperationTypes> = {
    Describe: AclOperationTypes.DESCRIBE,
    DescribeConfigs: AclOperationTypes.DESCRIBE_CONFIGS,
    Read: AclOperationTypes.READ,
    Write: AclOperationTypes.WRITE,
    Create: AclOperationTypes.CREATE,
  };
  const rows = [...DOCS.matchAll(/^\| (topic|group) \| `([^`]+)` \| ([A-Za-z, ]+) \|$/gm)];
  return rows.flatMap(([, type = '', resourceName = '', names = '']) =>
    names.split(', ').map((name) => ({
      resourceType: types[type] as kafkajs.AclResourceTypes,
      resourceName,
      resourcePatternType: ResourcePatternTypes.LITERAL,
      principal,
      host: '*',
      operation: operations[name] as kafkajs.AclOperationTypes,
      permissionType: AclPermissionTypes.ALLOW,
    })),
  );
}

const documentedGrants = () => [...DOCS.matchAll(/^GRANT .*;$/gm)].map(([statement]) => statement);

/** Servers that allow nothing that was not granted. */
describe('the permissions of the docs', () => {
  let kafka: KafkaCluster | undefined;
  let node: CassandraNode | undefined;
  afterEach(async () => {
    await endAppProcesses();
    await Promise.all([kafka?.stop(), node?.stop()]);
  });

  async function grantAcls(entries: readonly AclEntry[], brokers: string): Promise<void> {
    const admin = new kafkajs.Kafka({ brokers: [brokers], logLevel: kafkajs.logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.createAcls({ acl: [...entries] });
    await admin.disconnect();
  }

  async function makeTableAndRole({ contactPoint, localDataCenter, login = ['', ''] }: CassandraNode): Promise<void> {
    const cql = new cassandra.Client({ contactPoints: [contactPoint], localDataCenter, credentials: { username: login[0], password: login[1] } });
    await cql.execute(`CREATE KEYSPACE spark_streams WITH replication = {'class': 'NetworkTopologyStrategy', '${localDataCenter}': 1}`);
    await cql.execute('CREATE TABLE spark_streams.created_users (id uuid PRIMARY KEY, first_name text, last_name text, email text)');
    await cql.execute(`CREATE ROLE ${ROLE.name} WITH PASSWORD = '${ROLE.password}' AND LOGIN = true`);
    for (const grant of documentedGrants()) await cql.execute(grant);
    await cql.shutdown();
  }

  itGiven(realKafka(), ['classPath'], 'are enough for all roles, and without those of the group readiness says what is missing', async () => {
    expect([documentedAcls('').length, documentedGrants().length]).toEqual([22, 2]);
    const authorizer = { 'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer', 'super.users': 'User:ANONYMOUS' };
    [kafka, node] = await Promise.all([startKafka({ settings: authorizer }), startCassandra({ authenticator: 'PasswordAuthenticator', heap: '768m' })]);
    await makeTableAndRole(node);
    const [name, password] = kafka.users.scram;
    const acls = documentedAcls(`User:${name}`);
    const ofTheGroup = ({ resourceType }: AclEntry) => resourceType === kafkajs.AclResourceTypes.GROUP;
    await grantAcls(acls.filter((acl) => !ofTheGroup(acl)), kafka.brokers);

    const app = AppProcess.start({
      EVENT_BUS: 'kafka',
      KAFKA_BROKERS: kafka.saslPlaintext,
      KAFKA_SASL_MECHANISM: 'scram-sha-256',
      KAFKA_SASL_USERNAME: name,
      KAFKA_SASL_PASSWORD: password,
      USER_REPOSITORY: 'cassandra',
      CASSANDRA_CONTACT_POINTS: node.contactPoint,
      CASSANDRA_LOCAL_DC: node.localDataCenter,
      CASSANDRA_USERNAME: ROLE.name,
      CASSANDRA_PASSWORD: ROLE.password,
      DATA_DIR: temporaryFolder(),
      USER_SOURCE: 'synthetic',
      INGEST_MODE: 'manual',
    });
    await eventually(
      async () =>
        expect((await readinessOf(app)).details['event-bus']).toMatchObject({ status: 'down', code: 'bus.not-permitted', reason: expect.stringContaining('consumer group') as string, suggestion: expect.stringContaining('kafka-acls') as string }),
      { withinMs: 60_000 },
    );
    await grantAcls(acls.filter(ofTheGroup), kafka.brokers);
    await ready(app);
    expect((await app.post('/api/v1/runs', { count: 40, rate: 0 })).status).toBe(202);
    expect(await handled(app, 40)).toMatchObject({ stored: 40, dead: 0 });
    for (const secret of [password, ROLE.password]) expect(app.log).not.toContain(secret);
  });
});
