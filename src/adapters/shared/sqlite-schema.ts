import { PipelineError } from '../../domain/errors.js';
import { type SqliteFile } from './sqlite-file.js';

/** A data file of a later Userstream: this one cannot read it and will not touch it. */
export class NewerDataError extends PipelineError {
  readonly code = 'data.newer-version';
  readonly disposition = 'halt';
}

/**
 * Brings a file's schema up to date. `steps` is its history, one SQL script a version, from an empty file on; the
 * version that a file has is its `user_version`. Several processes may do it at once.
 * @throws NewerDataError - the file has a version beyond the last step; nothing was written.
 * @throws DataLockedError - try again.
 */
export function upgradeSchema(file: SqliteFile, steps: readonly string[]): void {
  if (versionOf(file, steps) === steps.length) return;
  file.write(() => {
    for (const step of steps.slice(versionOf(file, steps))) file.exec(step);
    file.exec(`PRAGMA user_version = ${steps.length}`);
  });
}

function versionOf(file: SqliteFile, steps: readonly string[]): number {
  const version = file.numberOf('PRAGMA user_version');
  if (version <= steps.length) return version;
  throw new NewerDataError(`${file.path} was written by a newer Userstream: its schema has version ${version}, this one knows ${steps.length}`, {
    remedy: 'start the newer version again, or give this one another data folder',
  });
}
