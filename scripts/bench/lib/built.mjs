import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../../lib/prepare.mjs';

/** A module of the build, by its path in src: the loops run what the app runs. */
export function built(path) {
  return import(pathToFileURL(join(root, 'dist', `${path}.js`)).href);
}
