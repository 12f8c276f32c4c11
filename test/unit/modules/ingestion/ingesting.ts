import { Module, type DynamicModule, type LoggerService, type Type } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { textHeader } from '../../../../src/domain/event-record.js';
import { IngestionControlModule, IngestionModule, IngestionProbe, RequestRun, type IngestionOptions } from '../../../../src/modules/ingestion/index.js';
import { Journal, JournalModule, type JournalState, type RunState } from '../../../../src/modules/journal/index.js';
import { Clock } from '../../../../src/ports/clock.port.js';
import { EventLog } from '../../../../src/ports/event-log.port.js';
import { EventPublisher } from '../../../../src/ports/event-publisher.port.js';
import { EventTopics } from '../../../../src/ports/event-topics.port.js';
import { UserSources } from '../../../../src/ports/user-source.port.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { InMemoryBus, InMemoryLog } from '../../../support/in-memory-bus.js';
import { GivenSources, PagedSource } from './paged-source.js';

const TOPIC = 'users_created';

const SILENT: LoggerService = { log: () => undefined, warn: () => undefined, error: () => undefined };

@Module({})
class Ports {}

/** A world of one log and one clock, in which ingestion processes start, stop and are killed. */
export class World {
  readonly log: InMemoryLog;
  private readonly processes: Process[] = [];

  constructor(readonly clock = new FakeClock()) {
    this.log = new InMemoryLog(clock);
  }

  /** Starts a process of the role ingestion: by default continuous, 5 users a second in pages of 20, windows of 40 s. */
  async start(given: Partial<IngestionOptions> = {}, sources: readonly PagedSource[] = [new PagedSource()]): Promise<Process> {
    const bus = new InMemoryBus(this.log);
    const process = new Process(bus, await compile(bus, this.clock, optionsOf(given, sources), sources));
    this.processes.push(process);
    await process.module.init();
    await this.clock.advance(0);
    return process;
  }

  /** The events on the topic, in the order of the log: id, its run, when it was appended after the world's start. */
  published(): readonly { readonly id: string; readonly runId: string; readonly atMs: number; readonly timeText: string }[] {
    return (this.log.topics.get(TOPIC) ?? []).map(({ headers, timestampMs }) => ({
      id: textHeader(headers, 'ce_id') ?? '',
      runId: textHeader(headers, 'ce_runid') ?? '',
      timeText: textHeader(headers, 'ce_time') ?? '',
      atMs: timestampMs,
    }));
  }

  publishedIds(): readonly string[] {
    return [...new Set(this.published().map(({ id }) => id))].sort();
  }

  /** Starts a process that only asks for runs: it has no source. */
  async startAdmin(instanceId = 'admin'): Promise<Process> {
    const bus = new InMemoryBus(this.log);
    const options = { pipeline: 'test', instanceId, roles: ['admin'], version: '0.0.0' };
    const imports = [portsOf(bus, this.clock, []), JournalModule.register(options), IngestionControlModule.register(options)];
    const process = new Process(bus, await Test.createTestingModule({ imports }).setLogger(SILENT).compile());
    this.processes.push(process);
    await process.module.init();
    await this.clock.advance(0);
    return process;
  }

  /** Ends whatever still runs. */
  async end(): Promise<void> {
    for (const process of this.processes) await process.stop(this.clock);
  }
}

export class Process {
  private over = false;

  constructor(
    readonly bus: InMemoryBus,
    readonly module: TestingModule,
  ) {}

  get state(): JournalState {
    return this.module.get(Journal).state();
  }

  runs(): readonly RunState[] {
    return [...this.state.runs.values()];
  }

  request(request: Partial<Parameters<RequestRun['execute']>[0]> = {}) {
    return this.module.get(RequestRun).execute({ count: null, windowMs: null, rate: null, seed: null, ...request }, { actor: 'operator', reason: null });
  }

  health() {
    return this.module.get(IngestionProbe).check();
  }

  /** kill -9. */
  kill(): void {
    this.bus.kill();
    this.over = true;
  }

  /** SIGTERM; gives the fake time that stopping may take. */
  async stop(clock: FakeClock, withinMs = 5_000): Promise<void> {
    if (this.over) return;
    this.over = true;
    const closed = this.module.close();
    await clock.advance(withinMs);
    await closed;
  }
}

function optionsOf(given: Partial<IngestionOptions>, sources: readonly PagedSource[]): IngestionOptions {
  const spec = sources[0]?.spec ?? { name: 'synthetic', parameters: {} };
  return {
    pipeline: 'test',
    instanceId: 'one',
    topic: TOPIC,
    topics: [{ name: TOPIC, partitions: 1, cleanup: { policy: 'delete', maxAgeMs: null, maxBytes: null }, maxEventBytes: 1_048_576, whenItExists: 'any' }],
    mode: 'continuous',
    rate: 5,
    pageSize: 20,
    windowMs: 40_000,
    cron: '0 0 * * *',
    timezone: 'UTC',
    source: { kind: 'fixed', spec },
    ...given,
  };
}

function portsOf(bus: InMemoryBus, clock: FakeClock, sources: readonly PagedSource[]): DynamicModule {
  const values: readonly [Type | (abstract new () => unknown), unknown][] = [[Clock, clock], [EventLog, bus], [EventPublisher, bus], [EventTopics, bus], [UserSources, new GivenSources(sources)]];
  return {
    module: Ports,
    global: true,
    providers: values.map(([provide, useValue]) => ({ provide, useValue })),
    exports: values.map(([provide]) => provide),
  };
}
async function compile(bus: InMemoryBus, clock: FakeClock, options: IngestionOptions, sources: readonly PagedSource[]): Promise<TestingModule> {
  const ports = portsOf(bus, clock, sources);
  const journal = JournalModule.register({ pipeline: options.pipeline, instanceId: options.instanceId, roles: ['ingestion'], version: '0.0.0' });
  return Test.createTestingModule({ imports: [ports, journal, IngestionModule.register(options), IngestionControlModule.register(options)] })
    .setLogger(SILENT)
    .compile();
}
