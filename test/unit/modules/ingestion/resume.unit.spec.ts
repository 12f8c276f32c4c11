import { PagedSource } from './paged-source.js';
import { World } from './ingesting.js';

const PAGES = Array.from({ length: 10 }, (_, index) => index + 1);

/** The event ids of a run of ten pages that nothing disturbed, in a world that starts at the same time. */
async function undisturbed(): Promise<readonly string[]> {
  const world = new World();
  await world.start();
  await world.clock.advance(39_000);
  await world.end();
  return world.publishedIds();
}

describe('a run that was killed after a page and resumed', () => {
  let expected: readonly string[];
  let world: World;
  beforeAll(async () => {
    expected = await undisturbed();
  });
  beforeEach(() => {
    world = new World();
  });
  afterEach(() => world.end());

  it('has 200 events when nothing disturbs it', () => {
    expect(expected).toHaveLength(200);
  });

  it.each(PAGES)('publishes the same events: killed after page %i, resumed at once', async (page) => {
    const first = await world.start();
    await world.clock.advance((page - 1) * 4_000 + 100);
    first.kill();
    const second = await world.start({ instanceId: 'two' });
    await world.clock.advance(39_900 - (page - 1) * 4_000 - 100);
    expect(world.publishedIds()).toEqual(expected);
    expect(world.published()).toHaveLength(200);
    expect(second.runs()).toMatchObject([{ outcome: 'succeeded', progress: { page: 10, published: 200 } }]);
  });

  it.each(PAGES)('publishes the same events: killed after page %i, resumed when its window has passed, at the rate of the plan', async (page) => {
    const first = await world.start();
    await world.clock.advance((page - 1) * 4_000 + 100);
    first.kill();
    await world.clock.advance(60_000);
    const resumedAtMs = world.clock.now();
    const second = await world.start({ instanceId: 'two', mode: 'manual', rate: 1_000, pageSize: 7 });
    await world.clock.advance(40_000);
    expect(world.publishedIds()).toEqual(expected);
    expect(second.runs()).toMatchObject([{ outcome: 'succeeded', plan: { rate: 5, pageSize: 20 } }]);
    const later = [...new Set(world.published().slice(page * 20).map(({ atMs }) => atMs - resumedAtMs))];
    expect(later).toEqual(PAGES.slice(page).map((_, index) => index * 4_000));
  });

  it.each(PAGES)('publishes page %i once more, as the same events, if the journal did not hear of it', async (page) => {
    const first = await world.start();
    await world.clock.advance((page - 1) * 4_000 - 100);
    first.bus.cut((topic) => topic === 'test_journal');
    await world.clock.advance(page === 1 ? 4_000 : 200);
    first.kill();
    await world.start({ instanceId: 'two' });
    await world.clock.advance(39_900);
    expect(expected.filter((id) => !world.publishedIds().includes(id))).toEqual([]);
  });

  it('says that the attempt before was interrupted', async () => {
    const first = await world.start();
    await world.clock.advance(9_000);
    first.kill();
    const second = await world.start({ instanceId: 'two' });
    await world.clock.advance(1_000);
    expect(second.runs()).toMatchObject([{ attempts: [{ instance: 'one', outcome: 'interrupted' }, { instance: 'two', outcome: null }] }]);
  });

  it('does not let a process that was thought dead go on beside its successor', async () => {
    await world.start();
    await world.clock.advance(9_000);
    await world.start({ instanceId: 'two' });
    await world.clock.advance(30_000);
    expect(world.published()).toHaveLength(200);
  });

  it('goes on where a finite source was', async () => {
    const file = () => new PagedSource({ name: 'file', parameters: { sha256: 'abc' } }, 130);
    const first = await world.start({ mode: 'manual' }, [file()]);
    await world.clock.advance(9_000);
    first.kill();
    const source = file();
    const second = await world.start({ instanceId: 'two', mode: 'manual' }, [source]);
    await world.clock.advance(60_000);
    expect(source.asked[0]).toMatchObject({ page: 4, cursor: '60' });
    expect(second.runs()).toMatchObject([{ outcome: 'succeeded', progress: { page: 7, published: 130, cursor: null } }]);
    expect(world.published()).toHaveLength(130);
  });
});

describe('a stop in the middle of a run', () => {
  it('releases it at once, and the next process goes on after the last page', async () => {
    const world = new World();
    const first = await world.start();
    await world.clock.advance(9_000);
    await first.stop(world.clock, 10);
    expect(first.runs()).toMatchObject([{ outcome: null, attempts: [{ outcome: 'released', progress: { page: 3 } }] }]);
    const second = await world.start({ instanceId: 'two' });
    await world.clock.advance(30_000);
    expect(second.runs()).toMatchObject([{ outcome: 'succeeded', attempts: [{ outcome: 'released' }, { outcome: 'succeeded' }] }]);
    expect(world.published()).toHaveLength(200);
    await world.end();
  });

  it('takes nothing new: a call to the source is given up', async () => {
    const world = new World();
    const source = new PagedSource();
    source.answers = ({ page }, signal) => (page < 2 ? undefined : new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })));
    const ingestion = await world.start({}, [source]);
    await world.clock.advance(9_000);
    await ingestion.stop(world.clock, 10);
    expect(ingestion.runs()).toMatchObject([{ attempts: [{ outcome: 'released', progress: { page: 1 } }] }]);
  });

  it('gives the page in hand two and a half seconds while the bus is away', async () => {
    const world = new World();
    const ingestion = await world.start();
    await world.clock.advance(3_000);
    ingestion.bus.cut();
    await world.clock.advance(3_000);
    const closed = watch(ingestion.module.close());
    await world.clock.advance(2_000);
    expect(closed.settled).toBe(false);
    await world.clock.advance(1_500);
    expect(closed.settled).toBe(true);
  });

  it('finishes the page in hand if the bus comes back meanwhile', async () => {
    const world = new World();
    const ingestion = await world.start();
    await world.clock.advance(3_000);
    ingestion.bus.cut();
    await world.clock.advance(1_500);
    const closed = watch(ingestion.module.close());
    ingestion.bus.mend();
    await world.clock.advance(3_000);
    expect(closed.settled).toBe(true);
    expect(world.published()).toHaveLength(40);
    expect(ingestion.runs()).toMatchObject([{ attempts: [{ outcome: 'released', progress: { page: 2 } }] }]);
  });
});

function watch(work: Promise<unknown>): { readonly settled: boolean } {
  const watched = { settled: false };
  void work.finally(() => {
    watched.settled = true;
  });
  return watched;
}
