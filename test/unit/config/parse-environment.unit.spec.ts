import { faultsOf, namesOf, parse } from './parsing.js';

describe('the environment', () => {
  it('needs nothing: every default is there', () => {
    expect(parse({}).config).toEqual({
      roles: ['ingestion', 'processing', 'admin'],
      pipeline: 'userstream',
      http: { host: '127.0.0.1', port: 3_000 },
      apiKey: null,
      dataDir: './data',
      source: { choice: 'auto', randomUserUrl: 'https://randomuser.me/api/1.4/', file: null },
      fields: ['first_name', 'last_name', 'email'],
      bus: { kind: 'sqlite', usersTopic: 'users_created', deadLetterTopic: 'users_created_dlq', group: 'userstream', partitions: 4, retention: { maxAgeMs: null, maxBytes: 10_000_000_000 } },
      repository: { kind: 'sqlite' },
      ingest: { mode: 'continuous', rate: 5, pageSize: 20, windowMs: 600_000, cron: '0 0 * * *', timezone: 'UTC' },
      log: { level: 'info', format: null },
    });
  });

  it('derives defaults from what is set', () => {
    const { config } = parse({ PIPELINE_NAME: 'people', USERS_TOPIC: 'humans', ROLES: 'processing' });
    expect(config.bus).toMatchObject({ usersTopic: 'humans', deadLetterTopic: 'humans_dlq', group: 'people' });
    expect(config.roles).toEqual(['processing']);
    expect(config.http.port).toBe(0);
    expect(parse({ USER_SOURCE: 'file', USER_SOURCE_FILE: 'p.csv' }).config.ingest).toMatchObject({ mode: 'manual', rate: 0, pageSize: 500 });
    expect(parse({ INGEST_MODE: 'scheduled' }).config.ingest).toMatchObject({ windowMs: 60_000, cron: '0 0 * * *' });
  });

  it('names every fault in one message, with the expected form and never a value', () => {
    const error = faultsOf({ ROLES: 'ingestion,boss', HTTP_PORT: '70000', INGEST_RATE: 'fast-secret', INGEST_CRON: 'not cron', INGEST_TIMEZONE: 'Mars/Base', INGEST_WINDOW: '60', USER_SOURCE: 'file', ADMIN_API_KEY: 'short-secret' });
    expect(namesOf(error)).toEqual(['ADMIN_API_KEY', 'HTTP_PORT', 'INGEST_CRON', 'INGEST_RATE', 'INGEST_TIMEZONE', 'INGEST_WINDOW', 'ROLES', 'USER_SOURCE_FILE']);
    for (const name of namesOf(error)) expect(error.message).toContain(`${name}: expected `);
    for (const value of ['boss', '70000', 'secret', 'not cron', 'Mars']) expect(error.message).not.toContain(value);
  });

  it.each([
    ['0s', 'INGEST_WINDOW'],
    ['-1s', 'INGEST_WINDOW'],
    ['1.5', 'INGEST_PAGE_SIZE'],
    ['0', 'INGEST_PAGE_SIZE'],
    ['5001', 'INGEST_PAGE_SIZE'],
    ['1e3', 'INGEST_RATE'],
    ['Infinity', 'INGEST_RATE'],
    ['257', 'TOPIC_PARTITIONS'],
    ['ftp://example.com', 'RANDOMUSER_URL'],
    ['..', 'USERS_TOPIC'],
    ['a b', 'CONSUMER_GROUP'],
    ['Upper', 'PIPELINE_NAME'],
    ['10 GB', 'LOG_MAX_BYTES'],
    ['soon', 'LOG_RETENTION'],
    ['kafkaesque', 'EVENT_BUS'],
    ['loud', 'LOG_LEVEL'],
  ])('refuses %s as %s', (value, name) => {
    expect(namesOf(faultsOf({ [name]: value }))).toEqual([name]);
  });

  it('reads settings that are a duration, a size or none', () => {
    const { config } = parse({ INGEST_WINDOW: '90s', LOG_RETENTION: '7d', LOG_MAX_BYTES: '500MB' });
    expect(config.ingest.windowMs).toBe(90_000);
    expect(config.bus.retention).toEqual({ maxAgeMs: 604_800_000, maxBytes: 500_000_000 });
    expect(parse({ LOG_RETENTION: 'forever', LOG_MAX_BYTES: 'unlimited' }).config.bus.retention).toEqual({ maxAgeMs: null, maxBytes: null });
  });

  it.each([
    ['500ms', 500],
    ['90s', 90_000],
    ['10m', 600_000],
    ['24h', 86_400_000],
    ['2d', 172_800_000],
  ])('reads %s as a duration', (text, ms) => {
    expect(parse({ INGEST_WINDOW: text }).config.ingest.windowMs).toBe(ms);
  });

  it.each([
    ['700B', 700],
    ['64KB', 64_000],
    ['5MB', 5_000_000],
    ['3GB', 3_000_000_000],
    ['1TB', 1_000_000_000_000],
  ])('reads %s as a size', (text, bytes) => {
    expect(parse({ LOG_MAX_BYTES: text }).config.bus.retention.maxBytes).toBe(bytes);
  });

  it('takes an empty value for one that is not set', () => {
    expect(parse({ HTTP_PORT: ' ', ROLES: '' }).config.http.port).toBe(3_000);
  });

  it('reads a secret from a file, and says when it cannot', () => {
    expect(parse({ ADMIN_API_KEY_FILE: '/run/key' }, (path) => (path === '/run/key' ? 'a-key-of-twenty-bytes\n' : '')).config.apiKey).toBe('a-key-of-twenty-bytes');
    expect(namesOf(faultsOf({ ADMIN_API_KEY_FILE: '/run/key' }))).toEqual(['ADMIN_API_KEY_FILE']);
    for (const unsendable of ['a key of twenty bytes', 'a-key-of-twenty-bytés']) expect(namesOf(faultsOf({ ADMIN_API_KEY: unsendable }))).toEqual(['ADMIN_API_KEY']);
  });

  it('does not choose between a secret and its file', () => {
    const { faults } = faultsOf({ ADMIN_API_KEY_FILE: '/run/key', ADMIN_API_KEY: 'a-key-of-twenty-bytes' }, () => 'another-key-of-many-bytes');
    expect(faults).toEqual([{ name: 'ADMIN_API_KEY_FILE', expected: 'not set together with ADMIN_API_KEY' }]);
  });

  it('refuses to open the API to other hosts without a key', () => {
    expect(namesOf(faultsOf({ HTTP_HOST: '0.0.0.0' }))).toEqual(['ADMIN_API_KEY']);
    expect(parse({ HTTP_HOST: '0.0.0.0', ADMIN_API_KEY: 'a-key-of-twenty-bytes' }).config.http.host).toBe('0.0.0.0');
    expect(parse({ HTTP_HOST: '0.0.0.0', ROLES: 'processing' }).config.http.host).toBe('0.0.0.0');
  });

  it.each(['localhost', '127.0.0.1', '127.8.9.10', '::1'])('needs no key on %s', (host) => {
    expect(parse({ HTTP_HOST: host }).config.http.host).toBe(host);
  });

  it.each(['localhost.example.com', '127.0.0.1.example.com', 'my.localhost', '::', '1127.0.0.1', '127.0.0'])('needs a key on %s', (host) => {
    expect(namesOf(faultsOf({ HTTP_HOST: host }))).toEqual(['ADMIN_API_KEY']);
  });

  it('warns of a name that is nearly one of ours, and of no other', () => {
    const { warnings } = parse({ INGEST_RATES: '5', PATH: '/bin', HTTP_PROXY: 'x', USER_SOURCES: 'x', ADMIN_API_KEY_FIL: 'x' });
    expect(parse({ KAFKA_SSL_CET: 'x' }).warnings).toEqual(['KAFKA_SSL_CET is not a setting: was KAFKA_SSL_CERT meant?']);
    expect(warnings).toEqual(['INGEST_RATES is not a setting: was INGEST_RATE meant?', 'USER_SOURCES is not a setting: was USER_SOURCE meant?', 'ADMIN_API_KEY_FIL is not a setting: was ADMIN_API_KEY_FILE meant?']);
  });

  it('tells of such a name beside the faults, too', () => {
    expect(faultsOf({ INGEST_RATES: '5', HTTP_PORT: 'x' }).message).toContain('was INGEST_RATE meant?');
  });

  it('is frozen', () => {
    expect(Object.isFrozen(parse({}).config.ingest)).toBe(true);
    expect(Object.isFrozen(parse({ USER_FIELDS: 'tutorial' }).config.fields)).toBe(true);
  });
});
