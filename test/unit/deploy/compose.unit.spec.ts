import { ROLES } from '../../../src/config/roles.js';
import { parseEnvironment } from '../../../src/config/parse-environment.js';
import { CASSANDRA_VERSION } from '../../../scripts/servers/cassandra.mjs';
import { KAFKA_VERSION } from '../../../scripts/servers/kafka.mjs';
import { compose, interpolated, knownNames, lastStage, readText, secretNames, type Service } from '../../support/deploy-files.js';
import { isIgnored } from '../../support/docker-ignore.js';
import { last, pairsOf } from '../../support/dockerfile.js';

const KEY_FILE = '/run/secrets/admin_api_key';
const SERVERS = ['kafka', 'cassandra'];
const apps = (): [string, Service][] => Object.entries(compose().services).filter(([name]) => !SERVERS.includes(name));
const eachApp = (assertion: (service: Service) => void) => {
  expect(apps()).toHaveLength(ROLES.length);
  for (const [, service] of apps()) assertion(service);
};
/** What a process of the service finds: the image's variables, then the service's. */
const environmentOf = (service: Service): Record<string, string> =>
  Object.fromEntries([...Object.entries(pairsOf(lastStage(), 'ENV')), ...Object.entries(service.environment ?? {})].map(([name, value]) => [name, String(value)]));
const parsed = (service: Service, key = 'k'.repeat(32)) =>
  parseEnvironment(environmentOf(service), (path) => {
    if (path !== KEY_FILE || key === '' || service.secrets?.includes('admin_api_key') !== true) throw new Error(`no such file: ${path}`);
    return key;
  });

describe('compose.yaml', () => {
  it('runs one container for each role, all of one image that is built here and never fetched', () => {
    expect(apps().map(([, service]) => service.environment?.['ROLES']).sort()).toEqual([...ROLES].sort());
    expect(new Set(apps().map(([, { image }]) => image)).size).toBe(1);
    expect(apps().filter(([, { build }]) => build !== undefined).map(([, { build }]) => build)).toEqual(['.']);
    eachApp(({ pull_policy }) => expect(pull_policy).toBe('never'));
  });

  it('uses the versions of Kafka and Cassandra that the tests run against', () => {
    const { services } = compose();
    expect(services['kafka']?.image).toBe(`apache/kafka:${KAFKA_VERSION}`);
    expect(services['cassandra']?.image).toBe(`cassandra:${CASSANDRA_VERSION}`);
  });

  it('sets variables that the configuration knows, each of which parses, without a warning', () => {
    eachApp((service) => {
      for (const name of Object.keys(service.environment ?? {})) expect(knownNames()).toContain(name);
      expect(parsed(service).warnings).toEqual([]);
    });
    for (const name of interpolated()) expect(knownNames()).toContain(name);
  });

  it('leads to the Kafka and the Cassandra that it starts', () => {
    const { services } = compose();
    const kafka = services['kafka']?.environment ?? {};
    eachApp(({ environment = {} }) => {
      expect(environment).toMatchObject({ EVENT_BUS: 'kafka', USER_REPOSITORY: 'cassandra' });
      expect(kafka['KAFKA_ADVERTISED_LISTENERS']).toBe(`PLAINTEXT://${environment['KAFKA_BROKERS']}`);
      expect(Object.keys(services)).toContain(String(environment['KAFKA_BROKERS']).split(':')[0]);
      expect(Object.keys(services)).toContain(String(environment['CASSANDRA_CONTACT_POINTS']).split(':')[0]);
    });
  });

  it('gives the containers of the app nothing that they do not need', () => {
    eachApp((service) => {
      expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'], user: last(lastStage(), 'USER').text });
      for (const key of ['cap_add', 'privileged', 'network_mode'] as const) expect(service[key]).toBeUndefined();
      expect(service.tmpfs?.map((mount) => mount.split(':')[0])).toEqual(['/tmp']);
      expect(service.volumes?.map((mount) => mount.split(':')[1])).toEqual([environmentOf(service)['DATA_DIR']]);
    });
  });

  it('lets an orderly stop, which takes up to 9.5 s, come to its end', () => {
    expect(readText('src/process/drain.ts')).toContain('const DRAIN_MS = 9_500;');
    eachApp(({ stop_grace_period = '' }) => {
      expect(stop_grace_period).toMatch(/^\d+s$/);
      expect(Number.parseInt(stop_grace_period, 10)).toBeGreaterThanOrEqual(12);
    });
  });

  it('publishes on loopback alone, and only what the image listens on', () => {
    for (const service of Object.values(compose().services)) for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    expect(apps().filter(([, { ports }]) => ports !== undefined).map(([, { environment, ports }]) => [environment?.['ROLES'], ports?.map((port) => port.split(':')[2])])).toEqual([
      ['admin', [pairsOf(lastStage(), 'ENV')['HTTP_PORT']]],
    ]);
  });

  it('holds no secret: the key is a file outside git and outside the image, for the admin role alone', () => {
    const { services, secrets } = compose();
    for (const service of Object.values(services)) for (const name of secretNames()) expect(Object.keys(service.environment ?? {})).not.toContain(name);
    expect(Object.entries(services).filter(([, service]) => service.secrets !== undefined).map(([name, service]) => [name, service.secrets])).toEqual([['admin', ['admin_api_key']]]);
    expect(secrets).toEqual({ admin_api_key: { file: './secrets/admin_api_key' } });
    expect(readText('.gitignore').split('\n')).toContain('secrets/');
    expect(isIgnored(readText('.dockerignore'), 'secrets/admin_api_key')).toBe(true);
  });

  it.each([
    ['missing', '', /ADMIN_API_KEY_FILE: expected the path of a file/],
    ['too short', 'short', /ADMIN_API_KEY: expected 16 to 512 /],
  ])('does not serve the API with a key that is %s, and names it', (_, key, message) => {
    expect(() => parsed(compose().services['admin']!, key)).toThrow(message);
  });

  it('tells how to make the key, long enough, and readable for the user of the container, as the docs do', () => {
    const command = 'install -d -m 700 secrets && head -c 24 /dev/urandom | base64 > secrets/admin_api_key && chmod 644 secrets/admin_api_key';
    for (const file of ['compose.yaml', 'docs/deploying.md']) expect(readText(file)).toContain(command);
  });

  it('is described with settings that exist', () => {
    const names = [...readText('docs/deploying.md').matchAll(/`([A-Z]+(?:_[A-Z]+)+)(?:=[^`]*)?`|-e ([A-Z_]+)/g)].map(([, named, given]) => named ?? given);
    expect(names).toContain('ADMIN_API_KEY');
    expect(names.filter((name) => name !== 'NODE_ENV' && !knownNames().has(name as string))).toEqual([]);
  });

  it('asks every server whether it is well, and leaves the image to ask the app', () => {
    for (const name of SERVERS) expect(compose().services[name]?.healthcheck?.test[0]).toBe('CMD');
    eachApp(({ healthcheck }) => expect(healthcheck).toBeUndefined());
  });

  it('names only services and volumes that it declares', () => {
    const { services, volumes } = compose();
    for (const service of Object.values(services)) {
      for (const name of service.depends_on ?? []) expect(Object.keys(services)).toContain(name);
      for (const mount of service.volumes ?? []) expect(Object.keys(volumes)).toContain(mount.split(':')[0]);
    }
    expect(Object.values(services).flatMap((service) => service.volumes ?? []).map((mount) => mount.split(':')[0]).sort()).toEqual(Object.keys(volumes).sort());
  });
});
