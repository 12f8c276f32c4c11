import { type HealthProbe, type HealthStatus } from '../../src/ports/health-probe.port.js';
import { eventually } from '../support/eventually.js';

/** Something that can go wrong with a component, made to happen and made well again. */
export interface Breakage {
  readonly what: string;
  readonly status: HealthStatus;
  readonly code: string;
  /** What the sentence for the operator must name. */
  readonly names: RegExp;
  cause(): Promise<void>;
  mend(): Promise<void>;
}

/** A component that is well, and what can happen to it. */
export interface ProbeUnderTest {
  readonly probe: HealthProbe;
  readonly breakages: readonly Breakage[];
  close(): Promise<void>;
}

const ANSWERS_WITHIN_MS = 1_000;

/** The contract of `HealthProbe`, sentence by sentence, for a component called `component`. */
export function describeHealthProbe(name: string, component: string, open: () => Promise<ProbeUnderTest>): void {
  describe(`the health probe of ${name}`, () => {
    let subject: ProbeUnderTest;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(async () => {
      await subject.close();
    });

    const well = { name: component, status: 'up', code: null, reason: null, suggestion: null };

    it('says that a component is well, and since when', async () => {
      const first = await subject.probe.check();
      expect(first).toEqual({ ...well, sinceMs: expect.any(Number) as number });
      expect(await subject.probe.check()).toEqual(first);
    });

    it('says what is wrong, what to do, and since when; and no more of it when it is well again', async () => {
      for (const breakage of subject.breakages) {
        await breakage.cause();
        const sick = await eventually(async () => {
          const health = await subject.probe.check();
          expect(health).toMatchObject({ name: component, status: breakage.status, code: breakage.code });
          return health;
        });
        expect(sick.reason).toMatch(breakage.names);
        expect(sick.suggestion).toMatch(/\w/);
        expect((await subject.probe.check()).sinceMs).toBe(sick.sinceMs);

        await breakage.mend();
        const again = await eventually(async () => {
          const health = await subject.probe.check();
          expect(health).toMatchObject(well);
          return health;
        });
        expect(again.sinceMs).toBeGreaterThanOrEqual(sick.sinceMs);
      }
    });

    it('answers within a second, whatever is wrong', async () => {
      for (const breakage of subject.breakages) {
        await breakage.cause();
        const started = performance.now();
        await subject.probe.check();
        expect(performance.now() - started).toBeLessThan(ANSWERS_WITHIN_MS);
        await breakage.mend();
      }
    });
  });
}
