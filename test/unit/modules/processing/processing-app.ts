import { jest } from '@jest/globals';
import { type INestApplication, type Type } from '@nestjs/common';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { Heartbeats, Journal, type InstanceHeartbeat } from '../../../../src/modules/journal/index.js';
import { EventConsumerTransport, ProcessingControlModule, ProcessingModule, ProcessingProbe, type ProcessingOptions, type ProcessingVitals } from '../../../../src/modules/processing/index.js';
import { Clock } from '../../../../src/ports/clock.port.js';
import { EventConsumer } from '../../../../src/ports/event-consumer.port.js';
import { EventLog } from '../../../../src/ports/event-log.port.js';
import { EventPublisher } from '../../../../src/ports/event-publisher.port.js';
import { EventTopics } from '../../../../src/ports/event-topics.port.js';
import { UserRepository } from '../../../../src/ports/user-repository.port.js';
import { eventually } from '../../../support/eventually.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { mockedEventLog, mockedEventPublisher, mockedEventTopics, mockedUserRepository } from '../../../support/mocked-ports.js';
import { HandDrivenConsumer } from './hand-driven-consumer.js';
import { RecordingLogger } from './recording-logger.js';
import { StubJournal } from './stub-journal.js';

export const OPTIONS: ProcessingOptions = {
  topic: 'users_created',
  group: 'userstream',
  deadLetterTopic: 'users_created_dlq',
  fields: ['first_name', 'last_name', 'email'],
  partitions: 4,
  retention: { maxAgeMs: null, maxBytes: 1_000_000 },
  maxEventBytes: 1_048_576,
  shutdownMs: 8_000,
};

/** Everything that processing touches, mocked; each member may be given another. */
export function aWorld() {
  return {
    consumer: new HandDrivenConsumer(),
    publisher: mockedEventPublisher(),
    repository: mockedUserRepository(),
    topics: mockedEventTopics({ ensure: jest.fn(async () => undefined) }),
    log: mockedEventLog({ offsets: jest.fn(async () => [{ partition: 0, first: 0, end: 0 }]) }),
    clock: new FakeClock(),
    journal: new StubJournal(),
    vitals: new Map<string, () => object>(),
    logger: new RecordingLogger(),
  };
}

type Override = (builder: TestingModuleBuilder) => TestingModuleBuilder;
export type World = ReturnType<typeof aWorld>;

export interface ProcessingApp extends World {
  readonly app: INestApplication;
  readonly transport: EventConsumerTransport;
  readonly probe: ProcessingProbe;
  readonly ownVitals: () => ProcessingVitals;
}

const opened: INestApplication[] = [];

/** The processing module in a Nest app over mocked ports, its microservice connected, not listening yet. */
export async function connectedApp(given: Partial<World> = {}, override: Override = (same) => same, controllers: Type[] = []): Promise<ProcessingApp> {
  const world = { ...aWorld(), ...given };
  const builder = Test.createTestingModule({ controllers, imports: [worldModule(world), ProcessingModule.register(OPTIONS), ProcessingControlModule.register(OPTIONS)] });
  const testing = await override(builder).setLogger(world.logger).compile();
  const app = testing.createNestApplication();
  opened.push(app);
  const transport = app.get(EventConsumerTransport);
  app.connectMicroservice({ strategy: transport });
  await app.init();
  const ownVitals = () => world.vitals.get('processing')?.() as ProcessingVitals;
  return { ...world, app, transport, probe: app.get(ProcessingProbe), ownVitals };
}

/** The same, consuming. */
export async function runningApp(given: Partial<World> = {}, override?: Override, controllers?: Type[]): Promise<ProcessingApp> {
  const app = await connectedApp(given, override, controllers);
  await app.app.startAllMicroservices();
  await eventually(() => expect(app.consumer.isRunning).toBe(true));
  return app;
}

export async function closeApps(): Promise<void> {
  for (const app of opened.splice(0)) await app.close();
}

function worldModule(world: World) {
  class WorldModule {}
  const heartbeats: Pick<Heartbeats, 'contribute' | 'own' | 'instances'> = {
    contribute: (name, read) => world.vitals.set(name, read),
    own: () => beatOf(world),
    instances: () => [beatOf(world)],
  };
  const providers = [
    { provide: EventConsumer, useValue: world.consumer },
    { provide: EventPublisher, useValue: world.publisher },
    { provide: UserRepository, useValue: world.repository },
    { provide: EventTopics, useValue: world.topics },
    { provide: EventLog, useValue: world.log },
    { provide: Clock, useValue: world.clock },
    { provide: Journal, useValue: world.journal },
    { provide: Heartbeats, useValue: heartbeats },
  ];
  return { module: WorldModule, global: true, providers, exports: providers };
}

function beatOf(world: World): InstanceHeartbeat {
  const vitals = Object.fromEntries([...world.vitals].map(([name, read]) => [name, read()]));
  return { instanceId: 'this-instance', roles: ['processing'], version: '0.0.0', pid: 1, host: 'here', address: null, startedAtMs: 0, atMs: 0, vitals };
}
