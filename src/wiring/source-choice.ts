import { RandomUserSource } from '../adapters/user-source-randomuser/random-user-source.js';
import { SyntheticUserSource } from '../adapters/user-source-synthetic/synthetic-user-source.js';
import { type Config } from '../config/config.js';
import { type SourceSpec } from '../domain/run.js';
import { type SourceChoice } from '../modules/ingestion/index.js';
import { type Clock } from '../ports/clock.port.js';
import { type WiredUserSources } from './wired-user-sources.js';

/**
 * What `USER_SOURCE` means for ingestion. A file is read once, for its SHA-256. `asked` is the API's answer where it has
 * been asked already; a question that failed is asked again.
 * @throws SourceRefusedError - the file is missing or cannot be read.
 */
export async function sourceChoice(config: Pick<Config, 'source' | 'fields'>, sources: WiredUserSources, clock: Clock, asked: Promise<boolean> | null = null): Promise<SourceChoice> {
  const { source, fields } = config;
  switch (source.choice) {
    case 'auto': {
      const preferred = randomUser(config, clock);
      return {
        kind: 'auto',
        preferred,
        fallback: synthetic(config, clock),
        reachable: async (signal) => {
          const answer = await asked?.catch(() => undefined);
          if (answer !== undefined) return answer;
          const opened = sources.open(preferred);
          return opened instanceof RandomUserSource && opened.reachable(signal);
        },
      };
    }
    case 'randomuser':
      return { kind: 'fixed', spec: randomUser(config, clock) };
    case 'synthetic':
      return { kind: 'fixed', spec: synthetic(config, clock) };
    case 'file':
      return { kind: 'fixed', spec: (await sources.openFile(source.file ?? '', fields)).spec };
    default:
      return source.choice satisfies never;
  }
}

const randomUser = ({ source, fields }: Pick<Config, 'source' | 'fields'>, clock: Clock): SourceSpec => new RandomUserSource({ url: source.randomUserUrl, fields }, clock).spec;
const synthetic = ({ fields }: Pick<Config, 'fields'>, clock: Clock): SourceSpec => new SyntheticUserSource({ fields }, clock).spec;
