import { type Tally } from '../../domain/tally.js';
import { type LogIncident } from '../../ports/event-consumer.port.js';
import { type CommittedOffset } from '../../ports/event-log.port.js';
import { incidentOfText, textOfIncident } from '../event-bus-shared/log-incidents.js';
import { type SqliteFile } from '../shared/sqlite-file.js';
import { type Partition, type Topic } from './topic-catalog.js';

/** The record handled last before a commit: whether it is still the same one tells a log that was replaced. */
export interface LastHandled {
  readonly offset: number;
  readonly timestampMs: number;
}

/** How far a group has come in a partition. */
export interface GroupPosition {
  /** Everything below has been handled. */
  readonly committed: number;
  readonly tally: Tally;
  readonly last: LastHandled | null;
  /** The last thing that happened to this partition of the log, null for none: it outlives the member that met it. */
  readonly incident: LogIncident | null;
}

/** A partition held by a member. `epoch` is the fencing token: the next holder gets another one. */
export interface Claim {
  readonly member: number;
  readonly partition: Partition;
  readonly epoch: number;
}

/** Somebody else holds the partition now: what was done under the claim must not be committed. */
export class ClaimLostError extends Error {
  constructor(claim: Claim) {
    super(`partition ${claim.partition.number} has been taken over by another member of the group`);
    this.name = 'ClaimLostError';
  }
}

type PositionRow = [partition: number, committed: number, began: number, stored: number, dead: number, skipped: number, lastOffset: number | null, lastTimestamp: number | null, incident: string | null];

const COLUMNS = 'partition_id, committed, began, stored, dead, skipped, last_offset, last_timestamp, incident';

/** The committed offsets of a group, each with its tally in the same row. */
export class GroupPositions {
  constructor(private readonly file: SqliteFile, private readonly group: string) {}

  /** Null for a group without a position. */
  find(partition: Partition): GroupPosition | null {
    const row = this.file.read(
      () =>
        this.file.prepareRows(`SELECT ${COLUMNS} FROM group_partitions WHERE group_name = ? AND partition_id = ? AND committed IS NOT NULL`).get(this.group, partition.id) as
          | PositionRow
          | undefined,
    );
    return row === undefined ? null : toPosition(partition, row);
  }

  /** Of the partitions that have one, in order. */
  all(topic: Topic): readonly CommittedOffset[] {
    return topic.partitions.flatMap((partition) => {
      const position = this.find(partition);
      return position === null ? [] : [{ partition: partition.number, offset: position.committed, tally: position.tally }];
    });
  }

  /**
   * Moves the position, tally and all, in one statement that the claim is part of; within a transaction.
   * @throws ClaimLostError - the claim is not the current one: nothing has changed.
   */
  commit(claim: Claim, { committed, tally, last, incident }: GroupPosition): void {
    const { changes } = this.file
      .prepare(
        `UPDATE group_partitions SET committed = ?, began = ?, stored = ?, dead = ?, skipped = ?, last_offset = ?, last_timestamp = ?, incident = ?
         WHERE group_name = ? AND partition_id = ? AND member = ? AND epoch = ?`,
      )
      .run(
        ...[committed, tally.began, tally.stored, tally.dead, tally.skipped, last?.offset ?? null, last?.timestampMs ?? null, incident === null ? null : textOfIncident(incident)],
        ...[this.group, claim.partition.id, claim.member, claim.epoch],
      );
    if (changes !== 1) throw new ClaimLostError(claim);
  }
}

function toPosition({ number }: Partition, [, committed, began, stored, dead, skipped, lastOffset, lastTimestamp, incident]: PositionRow): GroupPosition {
  const last = lastOffset === null || lastTimestamp === null ? null : { offset: lastOffset, timestampMs: lastTimestamp };
  return { committed, tally: { began, stored, dead, skipped }, last, incident: incident === null ? null : incidentOfText(number, incident) };
}
