import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SECTIONS, VARIABLES } from '../../../src/config/variables.js';
import { envExample, settingsPage, withSettings } from '../../../scripts/lib/settings.mjs';

const read = (name: string) => readFileSync(join(import.meta.dirname, '..', '..', '..', name), 'utf8');

describe('the docs of the settings', () => {
  it('`.env.example` and `docs/settings.md` are what `npm run docs` makes of the schema', () => {
    expect(read('.env.example')).toBe(envExample(SECTIONS));
    expect(read('docs/settings.md')).toBe(settingsPage(SECTIONS));
  });

  it("the README's table is too, and the README is at most 200 lines", () => {
    const readme = read('README.md');
    expect(readme).toBe(withSettings(readme, SECTIONS));
    expect(readme.split('\n').length).toBeLessThanOrEqual(201);
  });

  it('leave no setting out', () => {
    expect(Object.values(SECTIONS).flatMap((section) => Object.keys(section))).toEqual(Object.keys(VARIABLES));
    for (const name of Object.keys(VARIABLES)) expect(read('docs/settings.md')).toContain(`\`${name}\``);
  });
});
