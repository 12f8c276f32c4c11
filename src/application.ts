import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import { type MicroserviceOptions } from '@nestjs/microservices';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { PinoLogger } from './adapters/logger-pino/pino-logger.js';
import { AppModule, type Identity } from './app.module.js';
import { type Config } from './config/config.js';
import { PipelineError } from './domain/errors.js';
import { HTTP_APPLICATION_OPTIONS, prepareHttp } from './modules/admin/index.js';
import { Heartbeats } from './modules/journal/index.js';
import { EventConsumerTransport } from './modules/processing/index.js';
import { Drain } from './process/drain.js';
import { EXIT, exitCodeFor } from './process/exit-code.js';
import { logDestination } from './process/log-destination.js';
import { Terminal } from './process/terminal.js';
import { untilDamaged } from './wiring/watch-damage.js';
import { welcome } from './wiring/welcome.js';

/** What main has found out before the app was loaded. */
export interface Beforehand {
  /** What the environment's reader wants to be said. */
  readonly warnings: readonly string[];
  /** Whether a terminal may show colours. */
  readonly colors: boolean;
  /** Whether the API answers, where it was asked. */
  readonly asked: Promise<boolean> | null;
}

const terminal = new Terminal(process.stdout);
const stopping = new AbortController();

/** The app as a process: it ends with one of `EXIT`'s codes, and says why where that is not `clean`. */
export async function runApplication(config: Config, { warnings, colors, asked }: Beforehand): Promise<void> {
  const packageFile = new URL('../package.json', import.meta.url);
  const identity: Identity = { instanceId: randomUUID(), version: (JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }).version };
  const logger = await loggerOf(config, identity, colors);
  for (const warning of warnings) logger.warn(warning, 'Configuration');
  try {
    await start(config, identity, logger, asked);
  } catch (error) {
    failed(logger, error);
    process.exit(exitCodeFor(error));
  }
}

function formatOf({ log }: Config): 'pretty' | 'json' {
  return log.format ?? (process.stdout.isTTY ? 'pretty' : 'json');
}

async function loggerOf(config: Config, { instanceId }: Identity, colors: boolean): Promise<PinoLogger> {
  return new PinoLogger({ level: config.log.level, base: { instance: instanceId }, destination: await logDestination(terminal, formatOf(config), colors) });
}

async function start(config: Config, identity: Identity, logger: PinoLogger, asked: Promise<boolean> | null): Promise<void> {
  const app = await NestFactory.create<NestExpressApplication>(await AppModule.of(config, identity, asked), { ...HTTP_APPLICATION_OPTIONS, logger, abortOnError: false });
  prepareHttp(app);
  const drain = new Drain({ close: () => close(app) }, { say: (text) => logger.log(text, 'Userstream'), fail: (error) => failed(logger, error), exit: (code) => process.exit(code) });
  const end = async (error: unknown): Promise<void> => {
    if (error === null) return;
    failed(logger, error);
    await drain.drain(exitCodeFor(error));
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => drain.onSignal(signal));
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) process.on(event, (error: unknown) => void end(error));
  try {
    await serve(app, config);
    void untilDamaged(app, stopping.signal).then(end);
    void welcome(app, config, identity.version, { terminal, logger, text: formatOf(config) === 'pretty', signal: stopping.signal });
  } catch (error) {
    await end(error);
  }
}

/** Listens first: whoever waits for readiness can see why it is not there yet. */
async function serve(app: NestExpressApplication, config: Config): Promise<void> {
  if (config.roles.includes('processing')) app.connectMicroservice<MicroserviceOptions>({ strategy: app.get(EventConsumerTransport, { strict: false }) }, { inheritAppConfig: false });
  await app.listen(config.http.port, config.http.host);
  app.get(Heartbeats).announce(await app.getUrl());
  await app.startAllMicroservices();
}

/** The progress line ends first, then the app in Nest's own order. */
async function close(app: NestExpressApplication): Promise<void> {
  stopping.abort();
  await app.close();
}

/** What was foreseen is told in a sentence and its remedy; only a bug comes with its stack. */
function failed(logger: PinoLogger, error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof PipelineError) {
    logger.fatal(error.remedy === undefined ? text : `${text} - ${error.remedy}`, { code: error.code }, 'Userstream');
  } else if (exitCodeFor(error) === EXIT.badConfiguration) {
    logger.fatal(`${text} - set HTTP_PORT to a free port, or HTTP_HOST to an address of this machine`, 'Userstream');
  } else {
    logger.fatal(text, error, 'Userstream');
  }
}
