import { RandomUserSource } from '../adapters/user-source-randomuser/random-user-source.js';
import { SyntheticUserSource } from '../adapters/user-source-synthetic/synthetic-user-source.js';
import { type Config } from '../config/config.js';
import { type SourceSpec } from '../domain/run.js';
import { type SourceChoice } from '../modules/ingestion/index.js';
import { type Clock } from '../ports/clock.port.js';
import { type WiredUserSources } from './wired-user-sources.js';

/**
 * What `USER_SOURCE` means for ingestion. A file is read once, for its SHA-256.
 * @throws SourceRefusedError - the file is missing or cannot be read.
 */
export async function sourceChoice(source: Config['source'], sources: WiredUserSources, clock: Clock): Promise<SourceChoice> {
  switch (source.choice) {
    case 'auto': {
      const preferred = randomUser(source, clock);
      return {
        kind: 'auto',
        preferred,
        fallback: synthetic(clock),
        reachable: async (signal) => {
          const opened = sources.open(preferred);
          return opened instanceof RandomUserSource && opened.reachable(signal);
        },
      };
    }
    case 'randomuser':
      return { kind: 'fixed', spec: randomUser(source, clock) };
    case 'synthetic':
      return { kind: 'fixed', spec: synthetic(clock) };
    case 'file':
      return { kind: 'fixed', spec: (await sources.openFile(source.file ?? '')).spec };
    default:
      return source.choice satisfies never;
  }
}

const randomUser = (source: Config['source'], clock: Clock): SourceSpec => new RandomUserSource({ url: source.randomUserUrl }, clock).spec;
const synthetic = (clock: Clock): SourceSpec => new SyntheticUserSource({}, clock).spec;
