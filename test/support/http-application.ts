import { type DynamicModule, type INestApplication, type InjectionToken, type Provider, type Type } from '@nestjs/common';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { type Test as SupertestTest } from 'supertest';
import { z } from 'zod';
import { SystemClockModule } from '../../src/adapters/clock-system/system-clock.module.js';
import { AdminModule, HTTP_APPLICATION_OPTIONS, prepareHttp, type AdminOptions } from '../../src/modules/admin/index.js';
import { schemas, type SchemaName } from '../../src/modules/admin/docs/schemas.js';
import { RequestRun } from '../../src/modules/ingestion/index.js';
import { Heartbeats, Journal, type InstanceHeartbeat, type JournalState } from '../../src/modules/journal/index.js';
import { ListDeadLetters, PauseProcessing, ResumeProcessing } from '../../src/modules/processing/index.js';
import { FindUser, FindUsersByEmail, ListUsers, ReadLedger } from '../../src/modules/storage/index.js';
import { HealthProbes, type Health } from '../../src/ports/health-probe.port.js';

export const INSTANCE_ID = '0198c0de-0000-7000-8000-000000000001';

/** What the test lets the doors say; a door that it does not name fails loudly when it is asked. */
export interface Doors {
  readonly journal?: Partial<JournalState>;
  readonly instances?: readonly InstanceHeartbeat[];
  readonly health?: readonly Health[];
  readonly findUser?: FindUser['execute'];
  readonly findUsersByEmail?: FindUsersByEmail['execute'];
  readonly listUsers?: ListUsers['execute'];
  readonly readLedger?: ReadLedger['execute'];
  readonly requestRun?: RequestRun['execute'];
  readonly pause?: PauseProcessing['execute'];
  readonly resume?: ResumeProcessing['execute'];
  readonly listDeadLetters?: ListDeadLetters['execute'];
}

export interface HttpApplication {
  readonly app: INestApplication;
  readonly url: string;
}

/** What supertest gives back, with a body that a test must look at before it trusts it. */
export async function answerTo(test: SupertestTest): Promise<{ readonly body: unknown; readonly text: string }> {
  return test;
}

const open: INestApplication[] = [];

/** The admin module as main runs it, on a free port of loopback, over doors that say what the test wants. */
export async function openHttp(given: { options?: Partial<AdminOptions>; doors?: Doors; controllers?: Type[] } = {}): Promise<HttpApplication> {
  const options = adminOptions(given.options);
  const module = await Test.createTestingModule({
    imports: [SystemClockModule, processModule(given.doors ?? {}, options), AdminModule.register({ ...options, doors: options.api ? [doorsModule(given.doors ?? {})] : [] })],
    controllers: given.controllers ?? [],
  }).compile();
  const app = module.createNestApplication<NestExpressApplication>({ ...HTTP_APPLICATION_OPTIONS, logger: false });
  prepareHttp(app);
  await app.listen(0, '127.0.0.1');
  open.push(app);
  return { app, url: (await app.getUrl()).replace('[::1]', '127.0.0.1') };
}

export async function closeHttp(): Promise<void> {
  await Promise.all(open.splice(0).map((app) => app.close()));
}

export function adminOptions(given: Partial<AdminOptions> = {}): AdminOptions {
  return {
    api: true,
    pipeline: 'userstream',
    instanceId: INSTANCE_ID,
    roles: ['ingestion', 'processing', 'admin'],
    version: '0.1.0',
    topic: 'users_created',
    group: 'userstream',
    host: '127.0.0.1',
    apiKey: null,
    dataDir: './data',
    log: 'embedded, in ./data',
    table: 'embedded, in ./data',
    ...given,
  };
}

export function aJournalState(given: Partial<JournalState> = {}): JournalState {
  return {
    next: 0,
    runs: new Map(),
    requested: new Map(),
    source: null,
    processing: { paused: false, code: null, by: null, sinceMs: null, breakerOffUpTo: {} },
    ...given,
  };
}

export function anInstance(given: Partial<InstanceHeartbeat> = {}): InstanceHeartbeat {
  return {
    instanceId: INSTANCE_ID,
    roles: ['ingestion', 'processing', 'admin'],
    version: '0.1.0',
    pid: 4_711,
    host: 'here',
    address: 'http://127.0.0.1:3000',
    startedAtMs: Date.UTC(2026, 5, 1),
    atMs: Date.UTC(2026, 5, 1, 0, 0, 1),
    vitals: {},
    ...given,
  };
}

export function healthOf(name: string, given: Partial<Health> = {}): Health {
  return { name, status: 'up', code: null, reason: null, sinceMs: Date.UTC(2026, 5, 1), suggestion: null, ...given };
}

/** What of a body is not as the documentation says; empty where all of it is. */
export function deviationsFrom(name: SchemaName, body: unknown): readonly string[] {
  const $defs = JSON.parse(JSON.stringify(schemas).replaceAll('#/components/schemas/', '#/$defs/')) as Record<string, never>;
  const result = z.fromJSONSchema({ $ref: `#/$defs/${name}`, $defs }).safeParse(body);
  return result.success ? [] : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

/** What every process has, whatever its roles. */
function processModule(doors: Doors, { roles }: AdminOptions): DynamicModule {
  const state = aJournalState(doors.journal);
  const instances = doors.instances ?? [anInstance({ roles })];
  const health = doors.health ?? [healthOf('event-bus'), healthOf('user-repository')];
  const providers: Provider[] = [
    { provide: Journal, useValue: { ready: async () => undefined, state: () => state } },
    { provide: Heartbeats, useValue: { own: () => instances[0], instances: () => instances } },
    { provide: HealthProbes, useValue: { all: health.map((_, index) => ({ check: async () => health[index] })) } },
  ];
  return { module: class ProcessModule {}, global: true, providers, exports: providers.map(tokenOf) };
}

/** The use cases behind the API. */
function doorsModule(doors: Doors): DynamicModule {
  const providers = [
    stub(FindUser, doors.findUser),
    stub(FindUsersByEmail, doors.findUsersByEmail),
    stub(ListUsers, doors.listUsers),
    stub(ReadLedger, doors.readLedger),
    stub(RequestRun, doors.requestRun),
    stub(PauseProcessing, doors.pause),
    stub(ResumeProcessing, doors.resume),
    stub(ListDeadLetters, doors.listDeadLetters),
  ];
  return { module: class DoorsModule {}, providers, exports: providers.map(tokenOf) };
}

function stub(door: Type, execute: unknown): Provider {
  const missing = async () => {
    throw new Error(`the test gave no ${door.name}`);
  };
  return { provide: door, useValue: { execute: execute ?? missing } };
}

function tokenOf(provider: Provider): InjectionToken {
  return 'provide' in provider ? provider.provide : provider;
}
