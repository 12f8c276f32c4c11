import { type TopicPartitionOffsetAndMetadata } from 'kafkajs';
import { GroupCommits } from '../../../../src/adapters/event-bus-kafka/group-commits.js';

describe('commits through kafkajs', () => {
  const never = new AbortController().signal;
  const commits = (calls: unknown[]) => new GroupCommits({ commitOffsets: async (offsets: TopicPartitionOffsetAndMetadata[]) => void calls.push(['retrying', ...offsets]) }, 't');

  it('use what does not try again by itself as soon as a batch has brought it', async () => {
    const calls: unknown[] = [];
    const through = commits(calls);
    await through.commit(1, 5, 'm', never);
    through.use(async (offsets) => void calls.push(['once', offsets]));
    await through.commit(1, 6, 'n', never);
    expect(calls).toEqual([
      ['retrying', { topic: 't', partition: 1, offset: '5', metadata: 'm' }],
      ['once', { topics: [{ topic: 't', partitions: [{ partition: 1, offset: '6', metadata: 'n' }] }] }],
    ]);
  });

  it('are not made for a claim that is lost by the moment in which the generation would be taken', async () => {
    const calls: unknown[] = [];
    const lost = new AbortController();
    const committing = commits(calls).commit(1, 5, 'm', lost.signal);
    lost.abort(new Error('the group has shared out its partitions anew'));
    await expect(committing).rejects.toThrow('anew');
    expect(calls).toEqual([]);
  });
});
