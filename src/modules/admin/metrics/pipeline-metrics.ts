import { type Ledger } from '../../storage/index.js';
import { type Instruments, type Sample } from './instruments.js';

/** Where the events of the pipeline are, by partition; nothing while the log is away. */
export function addPipelineMetrics(instruments: Instruments, of: { readonly topic: string; readonly group: string }, read: () => Promise<Ledger | null>): void {
  const each = (figures: (partition: Ledger['partitions'][number]) => readonly Sample[]) => async () => {
    const ledger = await read();
    return (ledger?.partitions ?? []).flatMap((partition) =>
      figures(partition).map(({ labels, value }) => ({ labels: { ...of, partition: partition.partition, ...labels }, value })),
    );
  };

  instruments.gauge({
    name: 'userstream_lag_events',
    help: 'Events on the log that the group has not handled yet.',
    labels: ['topic', 'group', 'partition'],
    read: each(({ inFlight }) => [{ value: inFlight }]),
  });
  instruments.gauge({
    name: 'userstream_ledger_events',
    help: 'What became of the events that the group has handled; expired ones were removed by retention before, of unknown ones nobody kept count.',
    labels: ['topic', 'group', 'partition', 'state'],
    read: each(({ tally, unknown, expired }) => [
      { labels: { state: 'stored' }, value: tally?.stored ?? 0 },
      { labels: { state: 'dead' }, value: tally?.dead ?? 0 },
      { labels: { state: 'skipped' }, value: tally?.skipped ?? 0 },
      { labels: { state: 'unknown' }, value: unknown },
      { labels: { state: 'expired' }, value: expired },
    ]),
  });
  instruments.gauge({
    name: 'userstream_ledger_balanced',
    help: '1 while stored, dead and skipped add up to the committed offset.',
    labels: ['topic', 'group', 'partition'],
    read: each(({ balanced }) => [{ value: balanced ? 1 : 0 }]),
  });
}
