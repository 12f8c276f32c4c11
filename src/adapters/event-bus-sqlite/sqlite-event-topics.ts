import { TopicMisconfiguredError } from '../../ports/event-bus.errors.js';
import { EventTopics, type TopicSpec } from '../../ports/event-topics.port.js';
import { asBusError } from './bus-errors.js';
import { type LogFile } from './log-file.js';
import { type LogFiles } from './log-files.js';
import { MOST_PARTITIONS } from './log-schema.js';
import { type Topic } from './topic-catalog.js';

/** Topics as rows of the data files. */
export class SqliteEventTopics extends EventTopics {
  constructor(private readonly files: LogFiles) {
    super();
  }

  async ensure(specs: readonly TopicSpec[]): Promise<void> {
    for (const spec of specs) {
      try {
        await this.ensureOne(this.files.fileOf(spec.name), spec);
      } catch (error) {
        throw asBusError(error);
      }
    }
  }

  private async ensureOne(file: LogFile, spec: TopicSpec): Promise<void> {
    if (file.topics.find(spec.name) === null) await file.writer.submit(() => makeUnlessMade(file, spec));
    if (spec.whenItExists === 'exact') refuseDifferences(file.topics.get(spec.name), spec, file.sqlite.path);
  }
}

/** Looks again inside the transaction: another process may have been quicker. */
function makeUnlessMade(file: LogFile, spec: TopicSpec): void {
  if (file.topics.find(spec.name) !== null) return;
  if (spec.partitions < 1 || file.topics.partitionCount() + spec.partitions > MOST_PARTITIONS) {
    throw new TopicMisconfiguredError(`${spec.name}: partitions: ${spec.partitions} cannot be made, a file of the embedded log has 1 to ${MOST_PARTITIONS} in all`, {
      remedy: 'ask for fewer partitions',
    });
  }
  file.topics.make(spec);
}

function refuseDifferences(found: Topic, needed: TopicSpec, path: string): void {
  const settings = {
    partitions: [found.partitions.length, needed.partitions],
    ...cleanupSettings(found.cleanup, needed.cleanup),
    ...(found.maxEventBytes < needed.maxEventBytes ? { maxEventBytes: [found.maxEventBytes, needed.maxEventBytes] } : {}),
  };
  const differences = Object.entries(settings)
    .filter(([, [is, should]]) => is !== should)
    .map(([setting, [is, should]]) => `${setting} is ${is} and must be ${should}`);
  if (differences.length === 0) return;
  throw new TopicMisconfiguredError(`topic ${needed.name} in ${path}: ${differences.join(', ')}`, {
    remedy: 'give the topic another name, or start with the settings that it was made with',
  });
}

type Setting = readonly [found: string | number, needed: string | number];

function cleanupSettings(found: TopicSpec['cleanup'], needed: TopicSpec['cleanup']): Record<string, Setting> {
  if (found.policy === 'compact' && needed.policy === 'compact') return { minAgeMs: [found.minAgeMs, needed.minAgeMs] };
  if (found.policy === 'delete' && needed.policy === 'delete') {
    return { maxAgeMs: [found.maxAgeMs ?? 'none', needed.maxAgeMs ?? 'none'], maxBytes: [found.maxBytes ?? 'none', needed.maxBytes ?? 'none'] };
  }
  return { cleanup: [found.policy, needed.policy] };
}
