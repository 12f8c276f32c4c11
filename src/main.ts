import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse as parseDotenv } from 'dotenv';
import { type Config } from './config/config.js';
import { InvalidEnvironmentError } from './config/invalid-environment.error.js';
import { parseEnvironment, type ParsedEnvironment } from './config/parse-environment.js';
import { EXIT } from './process/exit-code.js';
import { askAhead } from './wiring/ask-ahead.js';

/** The only reader of the environment: `.env` in the working folder, over which real variables win. */
function readEnvironment(): ParsedEnvironment {
  try {
    const dotenv = existsSync('.env') ? parseDotenv(readFileSync('.env')) : {};
    return parseEnvironment({ ...dotenv, ...process.env }, (path) => readFileSync(path, 'utf8'));
  } catch (error) {
    if (!(error instanceof InvalidEnvironmentError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT.badConfiguration);
  }
}

// What this process writes is people's data: its files are for its own user alone.
process.umask(0o077);
const { config: given, warnings } = readEnvironment();
const config: Config = { ...given, dataDir: resolve(given.dataDir) };
const asked = askAhead(config);
// Most of a start is the loading of the app: what need not wait for that has begun by now.
const { runApplication } = await import('./application.js');
await runApplication(config, { warnings, colors: process.stdout.isTTY && process.env['NO_COLOR'] === undefined, asked });
