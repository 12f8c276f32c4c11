import { type INestApplication, type LoggerService } from '@nestjs/common';
import { type Config } from '../config/config.js';
import { type IngestionVitals } from '../modules/ingestion/index.js';
import { Heartbeats, Journal, type InstanceHeartbeat } from '../modules/journal/index.js';
import { type ProcessingVitals } from '../modules/processing/index.js';
import { ReadLedger } from '../modules/storage/index.js';
import { Clock } from '../ports/clock.port.js';
import { HealthProbes } from '../ports/health-probe.port.js';
import { banner } from '../process/banner.js';
import { type Progress } from '../process/progress-line.js';
import { reportProgress } from '../process/progress-reporter.js';
import { type Terminal } from '../process/terminal.js';
import { dataDirOf, isEmbedded, placesOf } from './places.js';

/** How long the banner waits for the source to be chosen: the question to the API takes 700 ms at most. */
const SOURCE_WITHIN_MS = 3_000;
const LOOK_EVERY_MS = 50;

/**
 * Tells who started the process where people come from, where the data is and which address to open: as text on a
 * terminal, as one log line elsewhere. Then keeps the terminal's bottom line up to date until `signal` aborts.
 */
export async function welcome(app: INestApplication, config: Config, version: string, { terminal, logger, text, signal }: { terminal: Terminal; logger: LoggerService; text: boolean; signal: AbortSignal }): Promise<void> {
  const url = await app.getUrl();
  if (!text) logger.log(`listening on ${url}`, { url, roles: config.roles, dataDir: dataDirOf(config), ...placesOf(config) }, 'Userstream');
  const source = config.roles.includes('ingestion') ? await chosenSource(app, signal) : null;
  if (signal.aborted) return;
  const api = config.roles.includes('admin');
  if (text) terminal.write(banner({ version, roles: config.roles, places: isEmbedded(config) ? { data: config.dataDir } : placesOf(config), url, api, key: config.apiKey !== null, source }));
  await reportProgress(terminal, app.get(Clock), () => progressOf(app), signal);
}

/** The source in plain words, once ingestion has chosen it. */
async function chosenSource(app: INestApplication, signal: AbortSignal): Promise<string> {
  const clock = app.get(Clock);
  for (const until = clock.monotonic() + SOURCE_WITHIN_MS; clock.monotonic() < until && !signal.aborted; await clock.sleep(LOOK_EVERY_MS, signal)) {
    const name = vitalsOf(app.get(Heartbeats).own()).ingestion?.source;
    if (name !== null && name !== undefined) return inWords(name, app.get(Journal).state().source?.reason);
  }
  return 'not known yet';
}

function inWords(name: string, reason: string | undefined): string {
  const why = reason === undefined ? '' : ` (${reason})`;
  switch (name) {
    case 'randomuser':
      return `the RandomUser API${why}`;
    case 'synthetic':
      return `invented here: no real people${why}`;
    case 'file':
      return 'the file that USER_SOURCE_FILE names';
    default:
      return name;
  }
}

async function progressOf(app: INestApplication): Promise<Progress> {
  const [{ totals }, healths] = await Promise.all([app.get(ReadLedger, { strict: false }).execute(), Promise.all(app.get(HealthProbes).all.map((probe) => probe.check()))]);
  const vitals = app.get(Heartbeats).instances().map(vitalsOf);
  const sum = (rate: (of: Vitals) => number | undefined) => vitals.reduce((total, of) => total + (rate(of) ?? 0), 0);
  const unwell = healths.find(({ status }) => status === 'down') ?? healths.find(({ status }) => status === 'degraded');
  return {
    publishedPerSecond: sum(({ ingestion }) => ingestion?.ratePerSecond),
    storedPerSecond: sum(({ processing }) => processing?.ratePerSecond),
    stored: totals.stored,
    waiting: totals.inFlight,
    dead: totals.dead,
    blocked: unwell === undefined ? null : `${unwell.name}: ${unwell.reason ?? unwell.code ?? unwell.status}`,
  };
}

interface Vitals {
  readonly ingestion?: IngestionVitals;
  readonly processing?: ProcessingVitals;
}

/** What the modules of this version contribute to a heartbeat, under their names. */
const vitalsOf = (beat: InstanceHeartbeat): Vitals => beat.vitals;
