import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VARIABLES } from '../../../src/config/variables.js';
import { envExample, withSettings } from '../../../scripts/lib/settings.mjs';

const read = (name: string) => readFileSync(join(import.meta.dirname, '..', '..', '..', name), 'utf8');

describe('the docs of the settings', () => {
  it('`.env.example` is what `npm run docs` makes of the schema', () => {
    expect(read('.env.example')).toBe(envExample(VARIABLES));
  });

  it("the README's table is too, and the README is at most 200 lines", () => {
    const readme = read('README.md');
    expect(readme).toBe(withSettings(readme, VARIABLES));
    expect(readme.split('\n').length).toBeLessThanOrEqual(201);
  });
});
