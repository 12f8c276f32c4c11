import { DamagedDataError } from '../../../../src/domain/errors.js';
import { Heartbeats } from '../../../../src/modules/journal/index.js';
import { PagedSource } from './paged-source.js';
import { World } from './ingesting.js';

describe('what ingestion says of itself', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });
  afterEach(() => world.end());

  it('is its vitals, in the heartbeats of its instance', async () => {
    const source = new PagedSource();
    source.rejects = [3];
    const ingestion = await world.start({}, [source]);
    await world.clock.advance(9_000);
    expect(ingestion.module.get(Heartbeats).own().vitals['ingestion']).toEqual({
      publishedTotal: 57,
      rejectedTotal: 3,
      pagesTotal: 3,
      fetchErrorsTotal: 0,
      publishErrorsTotal: 0,
      ratePerSecond: expect.closeTo(57 / 9, 5) as number,
      state: 'running',
      reason: null,
      source: 'synthetic',
      run: { runId: ingestion.runs()[0]?.runId, page: 3, lastPage: 10 },
    });
  });

  it('is idle when nothing is due, and well', async () => {
    const ingestion = await world.start({ mode: 'manual' });
    expect(ingestion.module.get(Heartbeats).own().vitals['ingestion']).toMatchObject({ state: 'idle', run: null });
    expect(await ingestion.health()).toEqual({ name: 'ingestion', status: 'up', code: null, reason: null, suggestion: null, sinceMs: world.clock.now() });
  });

  it('is that it starts, until it has', async () => {
    const ingestion = await world.start({ source: { kind: 'auto', preferred: { name: 'synthetic', parameters: {} }, fallback: { name: 'synthetic', parameters: {} }, reachable: () => new Promise(() => undefined) } });
    expect(await ingestion.health()).toMatchObject({ status: 'down', code: 'ingestion.starting' });
    expect(ingestion.module.get(Heartbeats).own().vitals['ingestion']).toMatchObject({ state: 'starting', source: null });
    await world.clock.advance(800);
    expect(await ingestion.health()).toMatchObject({ status: 'up' });
  });

  it('keeps the time since when it has been so', async () => {
    const ingestion = await world.start();
    await world.clock.advance(1_000);
    ingestion.bus.cut((topic) => topic === 'users_created');
    await world.clock.advance(3_500);
    const { sinceMs } = await ingestion.health();
    await world.clock.advance(10_000);
    expect(await ingestion.health()).toMatchObject({ status: 'down', code: 'bus.unavailable', sinceMs });
    expect(sinceMs).toBe(world.clock.now() - 10_500);
  });

  it('is that it has halted, when the journal takes nothing any more', async () => {
    const ingestion = await world.start();
    ingestion.bus.publish = () => Promise.reject(new DamagedDataError('log.db is damaged', { remedy: 'restore it' }));
    await world.clock.advance(10_000);
    expect(await ingestion.health()).toMatchObject({ status: 'down', code: 'data.damaged', reason: 'log.db is damaged', suggestion: 'restore it' });
    expect(ingestion.module.get(Heartbeats).own().vitals['ingestion']).toMatchObject({ state: 'waiting' });
  });
});
