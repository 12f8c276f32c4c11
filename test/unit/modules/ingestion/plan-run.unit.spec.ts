import { eventTimeMicros, sizeOfPage, type Plan } from '../../../../src/domain/run.js';
import { faultOfPlan, faultOfSettings } from '../../../../src/modules/ingestion/plan-limits.js';
import { planRequest, planSlot, type SourceFacts } from '../../../../src/modules/ingestion/plan-run.js';

const START = Date.UTC(2026, 0, 1);
const MINUTES = 60_000;
const ENDLESS: SourceFacts = { spec: { name: 'randomuser', parameters: { version: '1.4' } }, extent: 'endless', maxPages: 10_000, maxPageSize: 5_000 };
const FILE: SourceFacts = { spec: { name: 'file', parameters: { sha256: 'abc' } }, extent: 'finite', maxPages: null, maxPageSize: 10_000 };
const RUN_ID = '3f0c7f6e-6d1a-5a53-9d2e-9b1f6f1f4a10';
const SETTINGS = { rate: 5, pageSize: 20, windowMs: 10 * MINUTES };

describe('the plan of a slot', () => {
  const slot = (windowMs = 10 * MINUTES) => ({ runId: RUN_ID, window: { startMs: START, endMs: START + windowMs } });

  it.each<[string, { rate: number; pageSize: number; windowMs: number; claimedMs: number }, [number, number | null]]>([
    ['all of it, claimed at its start', { rate: 5, pageSize: 20, windowMs: 10 * MINUTES, claimedMs: 0 }, [1, 150]],
    ['all of it, claimed before its start', { rate: 5, pageSize: 20, windowMs: 10 * MINUTES, claimedMs: -1 }, [1, 150]],
    ['what is still due, claimed inside', { rate: 5, pageSize: 20, windowMs: 10 * MINUTES, claimedMs: 4_000 }, [2, 150]],
    ['the page that is under way too', { rate: 5, pageSize: 20, windowMs: 10 * MINUTES, claimedMs: 3_999 }, [1, 150]],
    ['one page, claimed in the last moment', { rate: 5, pageSize: 20, windowMs: 10 * MINUTES, claimedMs: 599_999 }, [150, 150]],
    ['all of it, claimed after its window', { rate: 5, pageSize: 20, windowMs: 10 * MINUTES, claimedMs: 600_000 }, [1, 150]],
    ['a page that is not full is a page', { rate: 1, pageSize: 7, windowMs: 60_000, claimedMs: 0 }, [1, 9]],
    ['a slow rate without rounding errors', { rate: 0.7, pageSize: 7, windowMs: 30_000, claimedMs: 0 }, [1, 3]],
    ['an open plan at rate 0, up to where the source repeats itself', { rate: 0, pageSize: 20, windowMs: 60_000, claimedMs: 30_000 }, [1, 10_000]],
  ])('is %s', (_what, { claimedMs, windowMs, ...settings }, [firstPage, lastPage]) => {
    expect(planSlot(slot(windowMs), { ...settings, windowMs }, ENDLESS, START + claimedMs)).toEqual({
      source: ENDLESS.spec,
      seed: '3f0c7f6e6d1a5a53',
      window: { startMs: START, endMs: START + windowMs },
      pageSize: settings.pageSize,
      rate: settings.rate,
      firstPage,
      lastPage,
      count: null,
      endsWithSource: false,
    } satisfies Plan);
  });

  it('ends with a finite source, whatever the window', () => {
    expect(planSlot(slot(), SETTINGS, FILE, START + 30_000)).toMatchObject({ firstPage: 1, lastPage: null, endsWithSource: true });
  });
});

describe('the plan of a request', () => {
  const plan = (request: Partial<Parameters<typeof planRequest>[0]['request']>, source = ENDLESS, settings = SETTINGS) =>
    planRequest({ runId: RUN_ID, request: { count: null, windowMs: null, rate: null, seed: null, ...request }, requestedAtMs: START }, settings, source);

  it.each<[string, Parameters<typeof plan>[0], { lastPage: number | null; windowMs: number; lastSize: number }]>([
    ['a count that fills its pages', { count: 100 }, { lastPage: 5, windowMs: 600_000, lastSize: 20 }],
    ['a count with a remainder', { count: 101 }, { lastPage: 6, windowMs: 600_000, lastSize: 1 }],
    ['a count smaller than a page', { count: 3 }, { lastPage: 1, windowMs: 600_000, lastSize: 3 }],
    ['a count that takes longer than the window', { count: 6_000 }, { lastPage: 300, windowMs: 1_200_000, lastSize: 20 }],
    ['a count at rate 0', { count: 6_001, rate: 0 }, { lastPage: 301, windowMs: 600_000, lastSize: 1 }],
    ['a window', { windowMs: 60_000 }, { lastPage: 15, windowMs: 60_000, lastSize: 20 }],
    ['a window at a rate', { windowMs: 60_000, rate: 1 }, { lastPage: 3, windowMs: 60_000, lastSize: 20 }],
    ['nothing', {}, { lastPage: 150, windowMs: 600_000, lastSize: 20 }],
  ])('holds %s', (_what, request, { lastPage, windowMs, lastSize }) => {
    const planned = plan(request);
    expect(planned).toMatchObject({ firstPage: 1, lastPage, window: { startMs: START, endMs: START + windowMs } });
    expect(sizeOfPage(planned, planned.lastPage ?? 0)).toBe(lastSize);
    expect(sizeOfPage(planned, 1)).toBe(planned.lastPage === 1 ? lastSize : 20);
  });

  it('of a count takes a finite source that far, or to its end', () => {
    expect(plan({ count: 30 }, FILE)).toMatchObject({ lastPage: 2, count: 30, endsWithSource: true });
  });

  it('gives each event its time by the same formula, the cut page too', () => {
    expect(eventTimeMicros(plan({ count: 101 }), 6, 0)).toBe((START + 20_000) * 1_000);
    expect(eventTimeMicros(plan({ count: 101, rate: 0 }), 6, 0)).toBe(START * 1_000 + 100);
  });
});

describe('the limits of a plan', () => {
  const planned = (pageSize: number, rate: number) => planSlot({ runId: RUN_ID, window: { startMs: START, endMs: START + 10 * MINUTES } }, { ...SETTINGS, pageSize, rate }, ENDLESS, START);

  it.each<[string, number, number, string | null]>([
    ['at the limit', 1, 10_000 / 600, null],
    ['a page over', 1, 10_001 / 600, 'run.plan-too-large'],
    ['at the page size', 5_000, 5, null],
    ['one user over the page size', 5_001, 5, 'run.plan-too-large'],
    ['at rate 0', 1, 0, null],
  ])('hold %s', (_what, pageSize, rate, code) => {
    expect(faultOfPlan(planned(pageSize, rate), ENDLESS)?.code ?? null).toBe(code);
    const fault = faultOfSettings({ pageSize, rate, windowMs: 10 * MINUTES }, ENDLESS);
    expect(fault === null).toBe(code === null);
  });

  it.each<[string, number, number, string | null]>([
    ['a day', 86_400, 1, null],
    ['a second more than a day', 86_401, 1, 'run.plan-too-large'],
    ['as fast as the source gives', 100_000, 0, null],
  ])('hold a count that takes %s', (_what, count, rate, code) => {
    const asked = planRequest({ runId: RUN_ID, request: { count, windowMs: null, rate, seed: null }, requestedAtMs: START }, SETTINGS, ENDLESS);
    const fault = faultOfPlan(asked, ENDLESS);
    expect(fault?.code ?? null).toBe(code);
    if (code !== null) expect(fault?.remedy).toContain('at most 86400 users, or for a rate of at least 2 ');
  });

  it('are said in the names of the settings', () => {
    expect(faultOfSettings({ pageSize: 1, rate: 100, windowMs: 10 * MINUTES }, ENDLESS)).toMatch(/INGEST_WINDOW.*INGEST_PAGE_SIZE/);
    expect(faultOfSettings({ pageSize: 5_001, rate: 5, windowMs: 1_000 }, ENDLESS)).toMatch(/INGEST_PAGE_SIZE/);
  });

  it('do not bind a finite source, or one without a limit', () => {
    expect(faultOfSettings({ pageSize: 1, rate: 1_000, windowMs: 60 * MINUTES }, FILE)).toBeNull();
    expect(faultOfSettings({ pageSize: 1, rate: 1_000, windowMs: 60 * MINUTES }, { ...ENDLESS, maxPages: null })).toBeNull();
  });
});
