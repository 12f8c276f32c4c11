/** What a loop does with an event or a call that failed: try the same again, set the event aside with its reason, or stop and ask for a person. */
export type Disposition = 'retry' | 'dead-letter' | 'halt';

/**
 * A failure somebody foresaw. `code` is stable (people search for it, metrics are labelled with it), `disposition`
 * tells the loop what to do, `remedy` tells the operator. Anything that is not a PipelineError is a bug: it halts.
 */
export abstract class PipelineError extends Error {
  abstract readonly code: `${string}.${string}`;
  abstract readonly disposition: Disposition;
  readonly remedy: string | undefined;

  constructor(message: string, options: { cause?: unknown; remedy?: string } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.remedy = options.remedy;
  }
}

/** The disposition of anything thrown: unknown means halt. */
export function dispositionOf(error: unknown): Disposition {
  return error instanceof PipelineError ? error.disposition : 'halt';
}

/** The stable code of anything thrown, `unexpected.<name>` for what nobody foresaw. */
export function codeOf(error: unknown): string {
  if (error instanceof PipelineError) return error.code;
  return `unexpected.${error instanceof Error ? error.name : typeof error}`;
}

/** For a line of the log: the code, and in words what is wrong, where somebody foresaw it; of the rest the code alone. */
export function inWords(error: unknown): string {
  return error instanceof PipelineError ? `${error.code}, ${error.message}` : codeOf(error);
}

/** A data file that cannot be trusted any more. Nothing is written to it; the process ends with exit code 3. */
export class DamagedDataError extends PipelineError {
  readonly code = 'data.damaged';
  readonly disposition = 'halt';
}

/** The disk took no more. What was being written has been rolled back; try again once there is room. */
export class DiskFullError extends PipelineError {
  readonly code = 'data.disk-full';
  readonly disposition = 'retry';
}

/** Another process holds the file's write lock; nothing was written. */
export class DataLockedError extends PipelineError {
  readonly code = 'data.locked';
  readonly disposition = 'retry';
}

/** The disk refused to read or write a data file for once; what was being written has been rolled back. */
export class DataFileError extends PipelineError {
  readonly code = 'data.file-failed';
  readonly disposition = 'retry';
}

/** This user may not read or write the data folder or a file in it; nothing was written. At start it ends the process, as configuration. */
export class DataFolderError extends PipelineError {
  readonly code = 'config.data-folder';
  readonly disposition = 'retry';
}
