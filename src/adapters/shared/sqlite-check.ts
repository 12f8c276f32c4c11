import { realpathSync, statSync } from 'node:fs';
import { type DatabaseSyncInstance } from '@photostructure/sqlite';
import { DamagedDataError } from '../../domain/errors.js';
import { DAMAGE_REMEDY } from './sqlite-errors.js';

export interface IntegrityLimits {
  /** Files up to this size are read whole at open (about 0.1 s at the default of 32 MiB). */
  readonly wholeUpToBytes?: number;
  /** Of larger files these tables are: the small ones that everything else hangs on. */
  readonly smallTables?: readonly string[];
}

const WHOLE_UP_TO_BYTES = 32 * 1024 * 1024;

/**
 * Looks for damage before anything is written, in a time that does not grow with the file: header, schema and length
 * always; every page of a small file; the named tables of a large one, whose other pages are checked as they are read.
 * @throws DamagedDataError
 */
export function checkIntegrity(database: DatabaseSyncInstance, path: string, limits: IntegrityLimits): void {
  const size = sizeOf(path);
  if (size === 0) return;
  const tables = tablesOf(database);
  checkLength(database, path, size);
  if (size <= (limits.wholeUpToBytes ?? WHOLE_UP_TO_BYTES)) return quickCheck(database, path, 'PRAGMA quick_check(1)');
  for (const table of limits.smallTables ?? []) {
    if (tables.has(table)) quickCheck(database, path, `PRAGMA quick_check("${table}")`);
  }
}

/** Reads the header and the schema's page: what is no database fails here. */
function tablesOf(database: DatabaseSyncInstance): ReadonlySet<string> {
  const names = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all() as { name: string }[];
  return new Set(names.map(({ name }) => name));
}

/**
 * A file cut short by a broken copy. Pages that only the WAL has yet may be missing, so an open WAL proves nothing; it lies
 * beside the file itself, not beside a link to it.
 */
function checkLength(database: DatabaseSyncInstance, path: string, size: number): void {
  if (sizeOf(`${realpathSync(path)}-wal`) > 0) return;
  const pages = numberOf(database, 'PRAGMA page_count') * numberOf(database, 'PRAGMA page_size');
  if (size < pages) throw damaged(path, `it has ${size} bytes where its header says ${pages}`);
}

function quickCheck(database: DatabaseSyncInstance, path: string, pragma: string): void {
  const findings = (database.prepare(pragma).all() as Record<string, unknown>[]).map((row) => String(Object.values(row)[0]));
  if (findings[0] !== 'ok') throw damaged(path, findings.slice(0, 3).join('; '));
}

function numberOf(database: DatabaseSyncInstance, pragma: string): number {
  return Number(Object.values(database.prepare(pragma).get() as Record<string, unknown>)[0]);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function damaged(path: string, finding: string): DamagedDataError {
  return new DamagedDataError(`${path} is damaged: ${finding}`, { remedy: DAMAGE_REMEDY });
}
