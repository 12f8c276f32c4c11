import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { merged, reliabilityPage, type Findings, type RecordedFinding } from '../../../scripts/lib/reliability.mjs';

const root = join(import.meta.dirname, '..', '..', '..');
const read = (name: string) => readFileSync(join(root, name), 'utf8');
const finding = (given: Partial<RecordedFinding> = {}): RecordedFinding => ({
  fault: 1,
  name: 'kill -9',
  adapters: 'embedded',
  injected: '30 kills',
  figures: { lost: 0, 'longest stop s': 2.5 },
  seed: 1,
  scale: 'long',
  at: '2026-11-25T10:00:00.000Z',
  ...given,
});

describe('docs/reliability.md', () => {
  it('is what `npm run docs` makes of the results', () => {
    expect(read('docs/reliability.md')).toBe(reliabilityPage(JSON.parse(read('docs/reliability.json')) as Findings));
  });

  it('names commands that there are', () => {
    for (const [, story] of read('docs/reliability.md').matchAll(/--only ([a-z-]+)`/g)) expect([story, existsSync(join(root, 'test', 'faults', `${story}.servers.spec.ts`))]).toEqual([story, true]);
  });
});

describe('the results of the fault tests', () => {
  it('keep one finding for each fault, name, set of adapters and seed: the last one', () => {
    const [first, other, again] = [finding(), finding({ seed: 2 }), finding({ figures: { lost: 0, 'longest stop s': 9 } })];
    expect(merged([other, first], [again])).toEqual([again, other]);
  });

  it('are shown where they are of the long form', () => {
    const page = reliabilityPage({ machine: 'a machine', findings: [finding(), finding({ seed: 7, scale: 'short' })] });
    expect(page).toContain('| on | seed | lost | longest stop s | date |\n| --- | --- | --- | --- | --- |\n| embedded | 1 | 0 | 2.5 | 2026-11-25 |');
    expect(page).not.toContain('| 7 |');
    expect(page).toContain('**Kill -9.** Embedded: 30 kills.');
  });
});
