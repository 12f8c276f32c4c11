/** `npm start`: installs what is missing, builds what changed, runs the app in this process. */
import { prepare, root } from './lib/prepare.mjs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

await prepare();
await import(pathToFileURL(join(root, 'dist', 'main.js')).href);
