import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { FileUserSource } from '../adapters/user-source-file/file-user-source.js';
import { RandomUserSource } from '../adapters/user-source-randomuser/random-user-source.js';
import { SyntheticUserSource } from '../adapters/user-source-synthetic/synthetic-user-source.js';
import { type SourceSpec } from '../domain/run.js';
import { Clock } from '../ports/clock.port.js';
import { SourceRefusedError, UserSources, type UserSource } from '../ports/user-source.port.js';

/** Every source that a plan can name, opened once a process and closed with it. */
@Injectable()
export class WiredUserSources extends UserSources implements OnApplicationShutdown {
  private readonly opened = new Map<string, UserSource>();

  constructor(
    private readonly clock: Clock,
    /** Whether people may be invented: a plan that outlived a change of the settings is no permission. */
    private readonly allows: { readonly invented: boolean },
  ) {
    super();
  }

  open(spec: SourceSpec): UserSource {
    const key = keyOf(spec);
    const source = this.opened.get(key) ?? this.make(spec);
    this.opened.set(key, source);
    return source;
  }

  /**
   * The source of a file as it is now, under the spec that a plan will name: its content is read once.
   * @throws SourceRefusedError - the file is missing or cannot be read.
   */
  async openFile(path: string, fields: readonly string[]): Promise<UserSource> {
    const source = await FileUserSource.open({ path, fields }, this.clock);
    this.opened.set(keyOf(source.spec), source);
    return source;
  }

  /** Those that speak HTTP: what can be away. */
  get remote(): readonly RandomUserSource[] {
    return [...this.opened.values()].filter((source) => source instanceof RandomUserSource);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.remote.map((source) => source.close()));
  }

  private make(spec: SourceSpec): UserSource {
    switch (spec.name) {
      case 'randomuser':
        return RandomUserSource.of(spec, this.clock);
      case 'synthetic':
        if (!this.allows.invented) throw inventedPeople();
        return SyntheticUserSource.of(spec, this.clock);
      case 'file':
        return FileUserSource.of(spec, this.clock);
      default:
        spec.name satisfies never;
        throw new SourceRefusedError('unknown', `there is no source named ${String(spec.name)}`, { remedy: 'the plan was made by a newer version: start that one' });
    }
  }
}

function inventedPeople(): SourceRefusedError {
  return new SourceRefusedError('invented-people', 'the plan is of invented people, who get onto a log or into a table that others use only if they are asked for by name', {
    remedy: 'nothing, if the run may end here; to let them through, set USER_SOURCE=synthetic and retry it',
  });
}

/** The same for the same spec, in whatever order it names its parameters. */
function keyOf({ name, parameters }: SourceSpec): string {
  return JSON.stringify([name, Object.entries(parameters).sort(([left], [right]) => (left < right ? -1 : 1))]);
}
