/** `npm run docs`: writes what is made from the schema of the environment, and from what the fault tests found. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare, root } from './lib/prepare.mjs';
import { reliabilityPage } from './lib/reliability.mjs';
import { envExample, settingsPage, withSettings } from './lib/settings.mjs';

await prepare();
const { SECTIONS } = await import(pathToFileURL(join(root, 'dist', 'config', 'variables.js')).href);
const readme = join(root, 'README.md');
writeFileSync(join(root, '.env.example'), envExample(SECTIONS));
writeFileSync(join(root, 'docs', 'settings.md'), settingsPage(SECTIONS));
writeFileSync(readme, withSettings(readFileSync(readme, 'utf8'), SECTIONS));
writeFileSync(join(root, 'docs', 'reliability.md'), reliabilityPage(JSON.parse(readFileSync(join(root, 'docs', 'reliability.json'), 'utf8'))));
