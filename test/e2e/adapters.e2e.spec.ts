import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppProcess, endAppProcesses } from '../support/app-process.js';
import { eventually } from '../support/eventually.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const DRIVERS = ['kafkajs', 'cassandra-driver', '@photostructure/sqlite'];

/** Lets a process say at its end which of the drivers it has loaded. */
const TELLING = `
  import { createRequire } from 'node:module';
  const { cache } = createRequire('file:///');
  process.on('exit', () => console.log('LOADED ' + ${JSON.stringify(DRIVERS)}.filter((name) => Object.keys(cache).some((file) => file.includes('/node_modules/' + name + '/'))).join(' ')));`;
const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(TELLING)}`;

const loadedBy = (app: AppProcess) => /^LOADED (.*)$/m.exec(app.log)?.[1];

/** Nobody listens there. */
const KAFKA = { EVENT_BUS: 'kafka', KAFKA_BROKERS: '127.0.0.1:9', KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'ada', KAFKA_SASL_PASSWORD: 'hush-hush' };
const CASSANDRA = { USER_REPOSITORY: 'cassandra', CASSANDRA_CONTACT_POINTS: '127.0.0.1:10', CASSANDRA_USERNAME: 'ada', CASSANDRA_PASSWORD: 'hush-hush' };

describe('the adapters of a process', () => {
  afterEach(endAppProcesses);

  it('are loaded as they are named: embedded, no client of Kafka or Cassandra', async () => {
    const app = AppProcess.start({ DATA_DIR: temporaryFolder(), USER_SOURCE: 'synthetic', NODE_OPTIONS });
    await eventually(async () => expect((await app.get('/health/ready')).status).toBe(200));
    const { body } = await app.get<{ log: string; table: string }>('/api/v1/status');
    expect([body.log, body.table]).toEqual([expect.stringMatching(/^embedded, in \//), expect.stringMatching(/^embedded, in \//)]);
    await app.stop();
    expect(loadedBy(app)).toBe('@photostructure/sqlite');
  });

  it('wait for servers that are not there, say which, touch no data folder, and stop when told', async () => {
    const dataDir = join(temporaryFolder(), 'data');
    const app = AppProcess.start({ ...KAFKA, ...CASSANDRA, DATA_DIR: dataDir, NODE_OPTIONS });
    const { status, body } = await app.get<{ log: string; table: string; dataDir: string | null; blocked: { component: string; code: string }[] }>('/api/v1/status');
    expect(status).toBe(200);
    expect(body).toMatchObject({ dataDir: null, log: 'Kafka at 127.0.0.1:9, topic users_created', table: 'Cassandra at 127.0.0.1:10, table spark_streams.created_users' });
    await eventually(async () => {
      const ready = await app.get<{ error: Record<string, { code: string }> }>('/health/ready');
      expect(ready.status).toBe(503);
      expect(ready.body.error).toMatchObject({ 'event-bus': { code: 'bus.unavailable' }, 'user-repository': { code: 'repository.unavailable' } });
    });
    expect(await app.stop()).toEqual({ code: 0, signal: null });
    expect(loadedBy(app)).toBe('kafkajs cassandra-driver');
    expect(existsSync(dataDir)).toBe(false);
    expect(app.log).toContain('Kafka at 127.0.0.1:9, topic users_created');
    expect(app.log).not.toContain('hush-hush');
  });
});
