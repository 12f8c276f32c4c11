import kafkajs, { type PartitionAssigner } from 'kafkajs';

const { AssignerProtocol: { MemberAssignment, MemberMetadata } } = kafkajs;

/** As kafkajs calls its own: the members of a group have to agree on a name. */
const NAME = 'RoundRobinAssigner';
const VERSION = 0;
const NO_DATA = Buffer.alloc(0);

/**
 * Gives each topic's partitions to the members that subscribed to it. kafkajs's own assigner shares out the leader's
 * topics among all members of the group: where two deployments have another topic and the same group, one gets nothing.
 * `partitionsOf` counts a topic's partitions, 0 where that is not known.
 */
export function topicWiseAssigner(partitionsOf: (topic: string) => Promise<number>): PartitionAssigner {
  return () => ({
    name: NAME,
    version: VERSION,
    protocol: ({ topics }) => ({ name: NAME, metadata: MemberMetadata.encode({ version: VERSION, topics, userData: NO_DATA }) }),
    assign: async ({ members }) => {
      const subscribers = new Map<string, string[]>();
      for (const { memberId, memberMetadata } of [...members].sort((a, b) => (a.memberId < b.memberId ? -1 : 1))) {
        for (const topic of MemberMetadata.decode(memberMetadata)?.topics ?? []) subscribers.set(topic, [...(subscribers.get(topic) ?? []), memberId]);
      }
      const shares = new Map(members.map(({ memberId }) => [memberId, {}]));
      for (const [topic, memberIds] of subscribers) dealOut(topic, await partitionsOf(topic), memberIds, shares);
      return [...shares].map(([memberId, assignment]) => ({ memberId, memberAssignment: MemberAssignment.encode({ version: VERSION, assignment, userData: NO_DATA }) }));
    },
  });
}

function dealOut(topic: string, partitions: number, memberIds: readonly string[], shares: ReadonlyMap<string, Record<string, number[]>>): void {
  for (let partition = 0; partition < partitions; partition += 1) {
    const share = shares.get(memberIds[partition % memberIds.length] ?? '');
    if (share !== undefined) (share[topic] ??= []).push(partition);
  }
}
