import { type UserCreated } from '../../../src/domain/user-created.js';

/** What its publisher knows of an event. `in doubt`: the publish failed, and the event may be on the log all the same. */
export type Standing = 'attempted' | 'in doubt' | 'acknowledged';

/** What a test needs to know of an event that it had published. */
export interface Attempted {
  readonly id: string;
  readonly userId: string;
}

const RANK: Readonly<Record<Standing, number>> = { attempted: 0, 'in doubt': 1, acknowledged: 2 };

/** The publishing half of what happened, by event id; what became of the events afterwards is observed, not told. */
export class History {
  private readonly standings = new Map<string, Standing>();
  private readonly order = new Map<string, string[]>();
  /** Ids of events that must end as dead letters, and as nothing else. */
  readonly poison = new Set<string>();

  /** About to be published; events of one user in the order of these calls. */
  attempt(events: Iterable<Attempted>): void {
    for (const { id, userId } of events) {
      if (this.standings.has(id)) continue;
      this.standings.set(id, 'attempted');
      const ofUser = this.order.get(userId);
      if (ofUser === undefined) this.order.set(userId, [id]);
      else ofUser.push(id);
    }
  }

  acknowledge(ids: Iterable<string>): void {
    this.raise(ids, 'acknowledged');
  }

  /** Once acknowledged, an event stays so, whatever a later attempt says. */
  doubt(ids: Iterable<string>): void {
    this.raise(ids, 'in doubt');
  }

  get attempted(): ReadonlySet<string> {
    return new Set(this.standings.keys());
  }

  get acknowledged(): readonly string[] {
    return this.those('acknowledged');
  }

  get inDoubt(): readonly string[] {
    return this.those('in doubt');
  }

  /** Each user's events in the order in which they were handed over. */
  get byUser(): ReadonlyMap<string, readonly string[]> {
    return this.order;
  }

  private those(standing: Standing): string[] {
    return [...this.standings].flatMap(([id, is]) => (is === standing ? [id] : []));
  }

  private raise(ids: Iterable<string>, to: Standing): void {
    for (const id of ids) {
      const now = this.standings.get(id);
      if (now === undefined) throw new Error(`the event ${id} was never attempted`);
      if (RANK[to] > RANK[now]) this.standings.set(id, to);
    }
  }
}

export function attemptedOf(events: readonly UserCreated[]): readonly Attempted[] {
  return events.map(({ id, user }) => ({ id, userId: user.id }));
}
