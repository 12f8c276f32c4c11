import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { type SourceChoice } from '../../../../src/modules/ingestion/index.js';
import { PagedSource } from './paged-source.js';
import { World } from './ingesting.js';

const preferred = { name: 'randomuser', parameters: { version: '1.4' } } as const;
const fallback = { name: 'synthetic', parameters: {} } as const;
const auto = (reachable: (signal: AbortSignal) => Promise<boolean>): { source: SourceChoice } => ({ source: { kind: 'auto', preferred, fallback, reachable } });
const sources = () => [new PagedSource(preferred), new PagedSource(fallback)];
const never = () => new Promise<boolean>(() => undefined);

describe('the choice of a source', () => {
  let world: World;
  let warned: jest.SpiedFunction<Logger['warn']>;
  beforeEach(() => {
    world = new World();
    warned = jest.spyOn(Logger.prototype, 'warn');
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await world.end();
  });

  it('is the real people if they can be reached', async () => {
    const ingestion = await world.start(auto(async () => true), sources());
    expect(ingestion.state.source?.spec).toEqual(preferred);
    expect(ingestion.runs()).toMatchObject([{ plan: { source: preferred }, progress: { published: 20 } }]);
    expect(warned).not.toHaveBeenCalled();
  });

  it.each<[string, () => Promise<boolean>]>([
    ['do not answer', async () => false],
    ['cannot be asked', () => Promise.reject(new Error('no network'))],
  ])('is invented people, said loudly, if the real ones %s', async (_what, reachable) => {
    const ingestion = await world.start(auto(reachable), sources());
    expect(ingestion.state.source?.spec).toEqual(fallback);
    expect(ingestion.runs()).toMatchObject([{ plan: { source: fallback } }]);
    expect(warned.mock.calls.join('\n')).toContain('INVENTED');
  });

  it('waits 700 ms for an answer and no longer', async () => {
    const signals: AbortSignal[] = [];
    const ingestion = await world.start(auto((signal) => (signals.push(signal), never())), sources());
    await world.clock.advance(690);
    expect(world.published()).toHaveLength(0);
    await world.clock.advance(20);
    expect(ingestion.state.source?.spec).toEqual(fallback);
    expect(world.published()).toHaveLength(20);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it('is asked for before the journal can be read', async () => {
    const reachable = jest.fn(async () => true);
    const start = world.start(auto(reachable), sources());
    const ingestion = await start;
    expect(reachable).toHaveBeenCalledTimes(1);
    expect(ingestion.state.source).not.toBeNull();
  });

  it('is made once: a later process keeps it, whatever answers then, and says again that the people are invented', async () => {
    const first = await world.start(auto(async () => false), sources());
    await first.stop(world.clock, 10);
    warned.mockClear();
    const second = await world.start(auto(async () => true), sources());
    expect(second.state.source?.spec).toEqual(fallback);
    expect(world.log.records('test_journal').filter(({ headers }) => headers['ce_type'] === 'source.chosen')).toHaveLength(1);
    expect(warned.mock.calls.join('\n')).toContain('INVENTED');
  });

  it('is of the source, not of what is taken of it: a later process takes other fields, and says so in the journal', async () => {
    const first = await world.start(auto(async () => false), sources());
    await first.stop(world.clock, 10);
    const more = { name: 'synthetic', parameters: { fields: 'first_name,last_name,email,phone' } } as const;
    const settings: { source: SourceChoice } = { source: { kind: 'auto', preferred, fallback: more, reachable: async () => true } };
    const second = await world.start(settings, [new PagedSource(preferred), new PagedSource(fallback), new PagedSource(more)]);
    expect(second.state.source).toEqual({ spec: more, reason: 'randomuser did not answer within 700 ms' });
    await world.clock.advance(40_000);
    expect(second.runs()).toMatchObject([{ plan: { source: fallback } }, { plan: { source: more } }]);
  });

  it('does not change a run that has begun with another source', async () => {
    const first = await world.start(auto(async () => false), sources());
    await world.clock.advance(5_000);
    first.kill();
    const second = await world.start({ source: { kind: 'fixed', spec: preferred } }, sources());
    await world.clock.advance(30_000);
    expect(second.runs()).toMatchObject([{ plan: { source: fallback }, outcome: null }]);
    await world.clock.advance(5_000);
    expect(second.runs()).toMatchObject([{ plan: { source: fallback } }, { plan: { source: preferred } }]);
  });
});
