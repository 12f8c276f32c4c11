import { type SqliteFile } from '../shared/sqlite-file.js';
import { fairShare } from './fair-shares.js';
import { type Claim } from './group-positions.js';
import { type Topic } from './topic-catalog.js';

/** Two clocks' readings: the wall's, which all processes share, and this process's own, which never jumps. */
export interface Moment {
  readonly nowMs: number;
  readonly monotonicMs: number;
}

/** What a member knows after it has renewed its lease. */
export interface MemberView {
  /** The group's version: it changes when another member may have to act. */
  readonly version: number;
  readonly members: number;
  /** The partitions that it holds now, new ones among them. */
  readonly claims: readonly Claim[];
  /** How many of them it should give up for others. */
  readonly surplus: number;
}

type MemberRow = [id: number, leaseUntil: number, beats: number];

/**
 * The members of a group that read one topic, and who of them holds which partition. A member's lease ends by the wall
 * clock, or when it has not been renewed for as long by the watcher's own: a clock that was set back keeps no dead
 * member alive, and one that was set ahead costs a rebalance. All methods but `version` run within a transaction.
 */
export class GroupMembership {
  /** What was last seen of each other member, and since when by our own clock. */
  private readonly seen = new Map<number, { readonly beats: number; readonly sinceMs: number }>();

  constructor(private readonly file: SqliteFile, private readonly group: string, private readonly topic: Topic, private readonly leaseMs: number) {}

  /** Cheap: to be asked after each commit of anybody. */
  version(): number {
    return this.file.read(() => this.versionNow());
  }

  /** Enters the group with a lease, and returns the new member's id. */
  join(now: Moment): number {
    this.file.prepare('INSERT OR IGNORE INTO group_topics (group_name, topic_id) VALUES (?, ?)').run(this.group, this.topic.id);
    const row = this.file.prepare('INSERT OR IGNORE INTO group_partitions (group_name, partition_id) VALUES (?, ?)');
    for (const partition of this.topic.partitions) row.run(this.group, partition.id);
    const { lastInsertRowid } = this.file
      .prepare('INSERT INTO members (group_name, topic_id, lease_until) VALUES (?, ?, ?)')
      .run(this.group, this.topic.id, this.leaseUntil(now));
    this.changed();
    return Number(lastInsertRowid);
  }

  /**
   * Renews the lease, gives back `released`, puts out members whose lease has ended, and takes free partitions up to
   * the fair share, or none where `take` is false. Null when the member itself has been put out.
   */
  renew(member: number, released: readonly Claim[], take: boolean, now: Moment): MemberView | null {
    const renewed = this.file.prepare('UPDATE members SET lease_until = ?, beats = beats + 1 WHERE id = ?').run(this.leaseUntil(now), member);
    if (renewed.changes === 0) return null;
    for (const claim of released) this.release(claim);
    const members = this.putOutTheDead(member, now);
    const share = fairShare(this.topic.partitions.length, members.length, members.indexOf(member));
    if (take) this.takeFree(member, share - this.claimsOf(member).length);
    const claims = this.claimsOf(member);
    return { version: this.versionNow(), members: members.length, claims, surplus: Math.max(0, claims.length - share) };
  }

  /** Leaves the group; its partitions are free at once. */
  leave(member: number): void {
    if (this.file.prepare('DELETE FROM members WHERE id = ?').run(member).changes === 0) return;
    this.freeAllOf(member);
    this.changed();
  }

  private putOutTheDead(self: number, now: Moment): number[] {
    const rows = this.file
      .prepareRows('SELECT id, lease_until, beats FROM members WHERE group_name = ? AND topic_id = ? ORDER BY id')
      .all(this.group, this.topic.id) as MemberRow[];
    const dead = new Set(rows.filter((row) => this.isDead(row, self, now)).map(([id]) => id));
    for (const id of dead) {
      this.seen.delete(id);
      this.leave(id);
    }
    return rows.map(([id]) => id).filter((id) => !dead.has(id));
  }

  private isDead([id, leaseUntil, beats]: MemberRow, self: number, now: Moment): boolean {
    if (id === self) return false;
    const before = this.seen.get(id);
    if (before?.beats !== beats) this.seen.set(id, { beats, sinceMs: now.monotonicMs });
    const unrenewedSince = before?.beats === beats ? before.sinceMs : now.monotonicMs;
    return leaseUntil <= now.nowMs || now.monotonicMs - unrenewedSince >= this.leaseMs;
  }

  private takeFree(member: number, count: number): void {
    if (count <= 0) return;
    const free = this.rowsHeldBy(null).slice(0, count);
    for (const [partitionId] of free) {
      this.file
        .prepare('UPDATE group_partitions SET member = ?, epoch = epoch + 1 WHERE group_name = ? AND partition_id = ?')
        .run(member, this.group, partitionId);
    }
  }

  private release({ member, partition, epoch }: Claim): void {
    const { changes } = this.file
      .prepare('UPDATE group_partitions SET member = NULL WHERE group_name = ? AND partition_id = ? AND member = ? AND epoch = ?')
      .run(this.group, partition.id, member, epoch);
    if (changes > 0) this.changed();
  }

  private freeAllOf(member: number): void {
    this.file.prepare('UPDATE group_partitions SET member = NULL WHERE group_name = ? AND member = ?').run(this.group, member);
  }

  private claimsOf(member: number): readonly Claim[] {
    const epochs = new Map(this.rowsHeldBy(member));
    return this.topic.partitions.flatMap((partition) => {
      const epoch = epochs.get(partition.id);
      return epoch === undefined ? [] : [{ member, partition, epoch }];
    });
  }

  private rowsHeldBy(member: number | null): [partitionId: number, epoch: number][] {
    return this.file
      .prepareRows(
        `SELECT g.partition_id, g.epoch FROM group_partitions g JOIN partitions p ON p.id = g.partition_id
         WHERE g.group_name = ? AND p.topic_id = ? AND g.member IS ? ORDER BY p.number`,
      )
      .all(this.group, this.topic.id, member) as [number, number][];
  }

  private versionNow(): number {
    const row = this.file.prepareRows('SELECT version FROM group_topics WHERE group_name = ? AND topic_id = ?').get(this.group, this.topic.id) as [number] | undefined;
    return row?.[0] ?? 0;
  }

  private changed(): void {
    this.file.prepare('UPDATE group_topics SET version = version + 1 WHERE group_name = ? AND topic_id = ?').run(this.group, this.topic.id);
  }

  private leaseUntil(now: Moment): number {
    return Math.floor(now.nowMs) + this.leaseMs;
  }
}
