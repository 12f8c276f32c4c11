import request from 'supertest';
import { BusUnavailableError } from '../../src/ports/event-bus.errors.js';
import { type IngestionVitals } from '../../src/modules/ingestion/index.js';
import { type ProcessingVitals } from '../../src/modules/processing/index.js';
import { type Ledger } from '../../src/modules/storage/index.js';
import { anInstance, answerTo, closeHttp, deviationsFrom, healthOf, openHttp } from '../support/http-application.js';

const KEY = 'a-key-of-the-test-0123456789';
const down = healthOf('user-repository', {
  status: 'down',
  code: 'repository.unavailable',
  reason: 'the table at 10.9.8.7:9042 does not answer',
  suggestion: 'start it',
});

afterEach(closeHttp);

describe('/health/live', () => {
  it('is up while everything around the process is down', async () => {
    const { url } = await openHttp({ doors: { health: [down] } });

    const { body } = await answerTo(request(url).get('/health/live').expect(200));

    expect(deviationsFrom('Alive', body)).toEqual([]);
  });
});

describe('/health/ready', () => {
  it('names every component while all is well', async () => {
    const { url } = await openHttp({ doors: { health: [healthOf('event-bus'), healthOf('processing')] } });

    const { body } = await answerTo(request(url).get('/health/ready').expect(200));

    expect(deviationsFrom('Readiness', body)).toEqual([]);
    expect(body).toMatchObject({ status: 'ok', details: { 'event-bus': { status: 'up', code: null }, processing: { status: 'up' } } });
  });

  it('turns 503 with the code of what is down, and 200 again after it', async () => {
    const health = [healthOf('event-bus'), down];
    const { url } = await openHttp({ doors: { health } });

    const { body } = await answerTo(request(url).get('/health/ready').expect(503));

    expect(deviationsFrom('Readiness', body)).toEqual([]);
    expect(body).toMatchObject({ status: 'error', error: { 'user-repository': { status: 'down', code: 'repository.unavailable', since: '2026-06-01T00:00:00.000Z' } } });
    expect(Object.keys((body as { info: object }).info)).toEqual(['event-bus']);
    health[1] = healthOf('user-repository');
    await request(url).get('/health/ready').expect(200);
  });

  it('stays ready while something is degraded, and says so', async () => {
    const { url } = await openHttp({ doors: { health: [healthOf('event-bus', { status: 'degraded', code: 'bus.slow' })] } });

    const { body } = await answerTo(request(url).get('/health/ready').expect(200));

    expect(body).toMatchObject({ status: 'degraded', details: { 'event-bus': { status: 'degraded', code: 'bus.slow' } } });
  });

  it('tells reasons to who may read', async () => {
    const { url } = await openHttp({ options: { host: '0.0.0.0', apiKey: KEY }, doors: { health: [down] } });

    const { body } = await answerTo(request(url).get('/health/ready').set('X-Api-Key', KEY).expect(503));

    expect(body).toMatchObject({ details: { 'user-repository': { reason: down.reason, suggestion: 'start it' } } });
  });

  it.each([
    ['off loopback without the key', { host: '0.0.0.0', apiKey: KEY }],
    ['on loopback without the key, where there is one', { host: '127.0.0.1', apiKey: KEY }],
    ['in a process without admin, off loopback', { api: false, host: '0.0.0.0' }],
    ['in a process without admin, on loopback', { api: false, host: '127.0.0.1' }],
  ])('shows code and component, and no address or message, %s', async (_, options) => {
    const { url } = await openHttp({ options, doors: { health: [down] } });

    const { body, text } = await answerTo(request(url).get('/health/ready').expect(503));

    expect(body).toMatchObject({ details: { 'user-repository': { status: 'down', code: 'repository.unavailable' } } });
    expect(text).not.toMatch(/10\.9\.8\.7|does not answer|start it/);
  });
});

describe('/metrics', () => {
  const ingestion: IngestionVitals = { publishedTotal: 120, rejectedTotal: 3, pagesTotal: 7, fetchErrorsTotal: 2, publishErrorsTotal: 1, ratePerSecond: 5, state: 'running', reason: null, source: 'synthetic', run: null };
  const processing: ProcessingVitals = {
    storedTotal: 110,
    deadTotal: 4,
    skippedTotal: 1,
    batchesTotal: 9,
    redeliveredTotal: 6,
    deadByReason: { 'value.not-json': 3, 'field.missing': 1 },
    ratePerSecond: 5,
    latencyMs: { p50: 4, p99: 15 },
    consumer: { state: 'stalled', reason: 'the table is away', sinceMs: 0, partitions: [], incidents: [] },
  };
  const ledger: Ledger = {
    topic: 'users_created',
    group: 'userstream',
    partitions: [{ partition: 2, first: 10, end: 130, committed: 125, tally: { began: 10, stored: 110, dead: 4, skipped: 1 }, unknown: 0, inFlight: 5, expired: 0, balanced: true }],
    totals: { stored: 110, dead: 4, skipped: 1, unknown: 0, inFlight: 5, expired: 0, balanced: true },
  };
  const instances = [anInstance({ vitals: { ingestion, processing } })];

  it('tells what ingestion and processing of this process count', async () => {
    const { url } = await openHttp({ doors: { instances, readLedger: async () => ledger } });

    const { text, headers } = await request(url).get('/metrics').expect(200);

    expect(headers['content-type']).toContain('text/plain');
    const figures = figuresOf(text);
    expect(Object.fromEntries([...figures].filter(([name]) => /^userstream_(ingestion|processing)/.test(name)))).toMatchObject({
      userstream_ingestion_published_events_total: 120,
      userstream_ingestion_rejected_records_total: 3,
      userstream_ingestion_pages_total: 7,
      userstream_ingestion_fetch_errors_total: 2,
      userstream_ingestion_publish_errors_total: 1,
      'userstream_ingestion_state{state="running"}': 1,
      'userstream_ingestion_state{state="idle"}': 0,
      userstream_processing_stored_events_total: 110,
      userstream_processing_skipped_events_total: 1,
      userstream_processing_batches_total: 9,
      userstream_processing_redelivered_events_total: 6,
      'userstream_processing_dead_events_total{reason="value.not-json"}': 3,
      'userstream_processing_dead_events_total{reason="field.missing"}': 1,
      'userstream_processing_latency_seconds{quantile="0.5"}': 0.004,
      'userstream_processing_latency_seconds{quantile="0.99"}': 0.015,
      'userstream_processing_state{state="stalled"}': 1,
      'userstream_processing_state{state="running"}': 0,
    });
  });

  it('tells lag and ledger of the pipeline where the role admin is, read once a scrape', async () => {
    let reads = 0;
    const { url } = await openHttp({ doors: { instances, readLedger: async () => ((reads += 1), ledger) } });

    const figures = figuresOf((await request(url).get('/metrics').expect(200)).text);

    const of = 'topic="users_created",group="userstream",partition="2"';
    expect(figures.get(`userstream_lag_events{${of}}`)).toBe(5);
    expect(figures.get(`userstream_ledger_events{${of},state="stored"}`)).toBe(110);
    expect(figures.get(`userstream_ledger_events{${of},state="dead"}`)).toBe(4);
    expect(figures.get(`userstream_ledger_balanced{${of}}`)).toBe(1);
    expect(reads).toBe(1);
    await request(url).get('/metrics').expect(200);
    expect(reads).toBe(2);
  });

  it('says the same twice: nothing is added up between scrapes', async () => {
    const { url } = await openHttp({ doors: { instances, readLedger: async () => ledger } });
    await request(url).get('/metrics').expect(200);

    const figures = figuresOf((await request(url).get('/metrics').expect(200)).text);

    expect(figures.get('userstream_processing_stored_events_total')).toBe(110);
  });

  it('tells its own figures while the log is away', async () => {
    const unavailable = async () => {
      throw new BusUnavailableError('the log is away');
    };
    const { url } = await openHttp({ doors: { instances, readLedger: unavailable } });

    const figures = figuresOf((await request(url).get('/metrics').expect(200)).text);

    expect(figures.get('userstream_processing_stored_events_total')).toBe(110);
    expect([...figures.keys()].filter((name) => name.startsWith('userstream_lag'))).toEqual([]);
  });

  it('tells of the process and its components, in a process of any role', async () => {
    const { url } = await openHttp({ options: { api: false, roles: ['processing'] }, doors: { health: [healthOf('event-bus'), down] } });

    const figures = figuresOf((await request(url).get('/metrics').expect(200)).text);

    expect(figures.get('userstream_component_up{component="event-bus"}')).toBe(1);
    expect(figures.get('userstream_component_up{component="user-repository"}')).toBe(0);
    expect(figures.get('userstream_info{pipeline="userstream",version="0.1.0",roles="processing"}')).toBe(1);
    expect(figures.get('process_resident_memory_bytes')).toBeGreaterThan(1_000_000);
    expect([...figures.keys()].filter((name) => /^userstream_(lag|ledger|ingestion)/.test(name))).toEqual([]);
  });

  it('explains each figure, and names counters as Prometheus asks', async () => {
    const { url } = await openHttp({ doors: { instances, readLedger: async () => ledger } });

    const { text } = await request(url).get('/metrics').expect(200);

    const types = [...text.matchAll(/^# TYPE (userstream_\S+) (\S+)$/gm)].map(([, name, type]) => ({ name, type }));
    const helped = new Set([...text.matchAll(/^# HELP (userstream_\S+) \S/gm)].map(([, name]) => name));
    expect(types.length).toBeGreaterThan(10);
    expect(types.filter(({ name }) => !helped.has(name))).toEqual([]);
    expect(types.filter(({ name, type }) => (type === 'counter') !== (name?.endsWith('_total') === true))).toEqual([]);
  });
});

/** The samples of Prometheus' text format; it throws on a line that is none. */
function figuresOf(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const match = /^([a-z_][a-z0-9_]*(?:\{(?:[a-z_]+="(?:[^"\\]|\\.)*",?)+\})?) (-?[\d.e+-]+|NaN|\+Inf)(?: \d+)?$/i.exec(line);
      if (match?.[1] === undefined) throw new Error(`not a sample: ${line}`);
      return [match[1], Number(match[2])];
    }),
  );
}
