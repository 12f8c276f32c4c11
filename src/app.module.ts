import { Global, Module, type DynamicModule, type Type } from '@nestjs/common';
import { type Config } from './config/config.js';
import { type Role } from './config/roles.js';
import { AdminModule } from './modules/admin/index.js';
import { faultOfSettings, ImpossibleSettingsError, IngestionControlModule, IngestionModule, IngestionProbe, type IngestionOptions } from './modules/ingestion/index.js';
import { JournalModule, JournalProbe } from './modules/journal/index.js';
import { ProcessingControlModule, ProcessingModule, ProcessingProbe } from './modules/processing/index.js';
import { StorageModule } from './modules/storage/index.js';
import { Clock } from './ports/clock.port.js';
import { type TopicSpec } from './ports/event-topics.port.js';
import { HealthProbes, type HealthProbe } from './ports/health-probe.port.js';
import { AdaptersModule } from './wiring/adapters.module.js';
import { dataDirOf, placesOf } from './wiring/places.js';
import { sourceChoice } from './wiring/source-choice.js';
import { UserSourceProbe } from './wiring/user-source.probe.js';
import { WiredUserSources } from './wiring/wired-user-sources.js';

/** The largest event of the topics that we create, as Kafka's own default. */
const MAX_EVENT_BYTES = 1_048_576;
/** How long the work in hand may take to end at a stop, out of the 10 s that a stop may take. */
const SHUTDOWN_MS = 5_000;

/** Who this process is. */
export interface Identity {
  readonly instanceId: string;
  readonly version: string;
}

/** The composition root: the rooms that the configuration asks for, and the ports that they find. */
@Module({})
export class AppModule {
  /** `asked` is whether the API answers, where it has been asked ahead of need. */
  static async of(config: Config, identity: Identity, asked: Promise<boolean> | null = null): Promise<DynamicModule> {
    const adapters = await AdaptersModule.of(config);
    const has = (role: Role) => config.roles.includes(role);
    const storage = StorageModule.register({ topic: config.bus.usersTopic, group: config.bus.group });
    const workers = [...(has('ingestion') ? [ingestion(config, identity, asked)] : []), ...(has('processing') ? [processing(config)] : [])];
    return {
      module: AppModule,
      imports: [
        adapters.module,
        JournalModule.register({ pipeline: config.pipeline, roles: config.roles, ...identity }),
        ...workers,
        ProbesModule.of(config, workers, adapters.probes),
        storage,
        admin(config, identity, [storage, IngestionControlModule.register({ pipeline: config.pipeline }), ProcessingControlModule.register(users(config))]),
      ],
    };
  }
}

/** The health of everything that this process is made of. */
@Global()
@Module({})
class ProbesModule {
  static of(config: Config, workers: DynamicModule[], ofAdapters: readonly Type<HealthProbe>[]): DynamicModule {
    const probes: Type<HealthProbe>[] = [...ofAdapters, JournalProbe];
    if (config.roles.includes('ingestion')) probes.push(UserSourceProbe, IngestionProbe);
    if (config.roles.includes('processing')) probes.push(ProcessingProbe);
    return {
      module: ProbesModule,
      imports: workers,
      providers: [{ provide: HealthProbes, useFactory: (...all: HealthProbe[]): HealthProbes => ({ all }), inject: probes }],
      exports: [HealthProbes],
    };
  }
}

const users = ({ bus }: Config) => ({ topic: bus.usersTopic, group: bus.group, deadLetterTopic: bus.deadLetterTopic });

function usersTopic({ bus }: Config): TopicSpec {
  return { name: bus.usersTopic, partitions: bus.partitions, cleanup: { policy: 'delete', ...bus.retention }, maxEventBytes: MAX_EVENT_BYTES, whenItExists: 'any' };
}

/**
 * What runs are planned with; only an ingesting process needs its source.
 * @throws ImpossibleSettingsError - the settings ask for a run that the source cannot give.
 */
async function runOptions(config: Config, sources: WiredUserSources, clock: Clock, asked: Promise<boolean> | null): Promise<Pick<IngestionOptions, 'rate' | 'pageSize' | 'windowMs' | 'source'>> {
  const { rate, pageSize, windowMs } = config.ingest;
  const source = await sourceChoice(config, sources, clock, asked);
  const fault = faultOfSettings({ rate, pageSize, windowMs }, sources.open(source.kind === 'fixed' ? source.spec : source.preferred));
  if (fault !== null) throw new ImpossibleSettingsError(fault);
  return { rate, pageSize, windowMs, source };
}

function ingestion(config: Config, { instanceId }: Identity, asked: Promise<boolean> | null): DynamicModule {
  const { mode, cron, timezone } = config.ingest;
  return IngestionModule.registerAsync({
    inject: [WiredUserSources, Clock],
    useFactory: async (sources: WiredUserSources, clock: Clock) => ({
      ...(await runOptions(config, sources, clock, asked)),
      pipeline: config.pipeline,
      instanceId,
      topic: config.bus.usersTopic,
      topics: [usersTopic(config)],
      mode,
      cron,
      timezone,
    }),
  });
}

function processing(config: Config): DynamicModule {
  const { partitions, retention } = config.bus;
  return ProcessingModule.register({ ...users(config), fields: config.fields, partitions, retention, maxEventBytes: MAX_EVENT_BYTES, shutdownMs: SHUTDOWN_MS });
}

function admin(config: Config, identity: Identity, doors: DynamicModule[]): DynamicModule {
  const api = config.roles.includes('admin');
  const { usersTopic: topic, group } = config.bus;
  const { pipeline, roles, apiKey } = config;
  return AdminModule.register({ api, doors: api ? doors : [], ...identity, pipeline, topic, group, roles, host: config.http.host, apiKey, dataDir: dataDirOf(config), ...placesOf(config) });
}
