import { extname } from 'node:path';
import { SourceRefusedError } from '../../ports/user-source.port.js';
import { CsvFormat } from './csv-format.js';
import { type FileFormat } from './file-format.js';
import { NdjsonFormat } from './ndjson-format.js';

/**
 * The format that a file's name tells.
 * @throws SourceRefusedError - it tells none.
 */
export function formatOf(path: string): FileFormat {
  switch (extname(path).toLowerCase()) {
    case '.ndjson':
    case '.jsonl':
      return new NdjsonFormat();
    case '.csv':
      return new CsvFormat();
    default:
      throw new SourceRefusedError('file-format', `the name of ${path} does not tell its format`, { remedy: 'name it .ndjson or .jsonl (one JSON object a line) or .csv (comma-separated, with a header row)' });
  }
}
