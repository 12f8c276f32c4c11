import { type AppProcess, type Exit } from '../../support/app-process.js';
import { eventually } from '../../support/eventually.js';
import { type Installation } from './installation.js';
import { TEST_MS } from './scale.js';

/** A place in a fleet, and the process that has it now. */
export interface Member {
  readonly roles: string;
  app: AppProcess;
}

/** Processes of the app, each of which another one follows when it is gone: as whatever runs them in production would do. */
export class Fleet {
  readonly members: Member[] = [];

  constructor(private readonly installation: Installation) {}

  add(roles: string, more: Readonly<Record<string, string>> = {}): Member {
    const member = { roles, app: this.installation.start(roles, more) };
    this.members.push(member);
    return member;
  }

  ofRole(role: string): readonly Member[] {
    return this.members.filter(({ roles }) => roles.split(',').includes(role));
  }

  /** kill -9, and another one in its place at once. */
  async kill(member: Member): Promise<void> {
    await member.app.stop('SIGKILL');
    member.app = this.installation.start(member.roles);
  }

  /** Asks it to stop, and tells what became of it and after how long. Its place is empty then. */
  async retire(member: Member): Promise<Retirement> {
    this.members.splice(this.members.indexOf(member), 1);
    const { app } = member;
    const askedAt = performance.now();
    const exit = await app.stop('SIGTERM');
    return { exit, seconds: (performance.now() - askedAt) / 1_000, log: app.log };
  }
}

export interface Retirement {
  readonly exit: Exit;
  readonly seconds: number;
  readonly log: string;
}

/** Waits until a process that handles events has a share of the partitions: before that it has no load. */
export function holdsPartitions({ app }: Member, { withinMs = TEST_MS / 2 } = {}): Promise<void> {
  return eventually(
    () => {
      if (!/took \d[\d, ]* of the partitions of (?!\S*_journal)/.test(app.log)) throw new Error(`it holds no partition yet; it said:\n${app.log}`);
    },
    { withinMs, everyMs: 50 },
  );
}

/** Calls an API that may go away and come back at any moment; a call whose answer is lost is made again. */
export async function askAny<Body>(member: Member, method: 'get' | 'post', path: string, body: unknown = {}): Promise<{ status: number; body: Body }> {
  return eventually(
    async () => {
      const { app } = member;
      await app.url({ withinMs: 500 });
      const answer = method === 'get' ? await app.get<Body>(path) : await app.post<Body>(path, body);
      if (answer.status >= 500) throw new Error(`${method} ${path} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      return answer;
    },
    { withinMs: TEST_MS / 2, everyMs: 200 },
  );
}
