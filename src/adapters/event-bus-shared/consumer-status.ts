import { type ConsumerState, type ConsumerStatus, type LogIncident, type PartitionState } from '../../ports/event-consumer.port.js';

/** From bad to well: the state of a consumer is the first of these that one of its partitions is in. */
const WORST_FIRST: readonly ConsumerState[] = ['halted', 'stalled', 'paused', 'connecting', 'running', 'stopped'];

/** What a consumer that runs knows of itself. */
export interface RunningConsumer {
  readonly partitions: readonly PartitionState[];
  readonly incidents: readonly LogIncident[];
  /** What it waits for before it has a partition; null where there is nothing to name. */
  readonly waitingFor: string | null;
  /** What it meets although it has partitions. */
  readonly trouble: string | null;
  /** Since when it runs. */
  readonly sinceMs: number;
}

export function statusOf({ partitions, incidents, waitingFor, trouble, sinceMs }: RunningConsumer): ConsumerStatus {
  if (partitions.length === 0) return { state: 'connecting', reason: waitingFor ?? trouble ?? 'no partition is assigned to this consumer yet', sinceMs, partitions, incidents };
  const worst = worstOf(partitions);
  return { state: worst.state, reason: worst.reason ?? trouble, sinceMs: worst.sinceMs, partitions, incidents };
}

/** The partition in the worst state, of several the one that has been in it longest. */
function worstOf(partitions: readonly PartitionState[]): PartitionState {
  return partitions.reduce((worst, other) => {
    const difference = WORST_FIRST.indexOf(other.state) - WORST_FIRST.indexOf(worst.state);
    return difference < 0 || (difference === 0 && other.sinceMs < worst.sinceMs) ? other : worst;
  });
}
