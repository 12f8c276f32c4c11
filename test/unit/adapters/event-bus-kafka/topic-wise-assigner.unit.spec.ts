import kafkajs from 'kafkajs';
import { topicWiseAssigner } from '../../../../src/adapters/event-bus-kafka/topic-wise-assigner.js';

const { AssignerProtocol: { MemberAssignment, MemberMetadata } } = kafkajs;

describe('sharing out the partitions of a group', () => {
  async function shares(members: Readonly<Record<string, readonly string[]>>, partitions: Readonly<Record<string, number>>): Promise<Record<string, unknown>> {
    const assigner = topicWiseAssigner(async (topic) => partitions[topic] ?? 0)({} as never);
    const subscribed = Object.entries(members).map(([memberId, topics]) => ({ memberId, memberMetadata: MemberMetadata.encode({ version: 0, topics: [...topics], userData: Buffer.alloc(0) }) }));
    const assigned = await assigner.assign({ members: subscribed, topics: ['whatever the leader has'] });
    return Object.fromEntries(assigned.map(({ memberId, memberAssignment }) => [memberId, { ...MemberAssignment.decode(memberAssignment)?.assignment }]));
  }

  it('is even, whatever the order in which they are named', async () => {
    const expected = { a: { t: [0, 3] }, b: { t: [1, 4] }, c: { t: [2] } };
    expect(await shares({ a: ['t'], b: ['t'], c: ['t'] }, { t: 5 })).toEqual(expected);
    expect(await shares({ c: ['t'], a: ['t'], b: ['t'] }, { t: 5 })).toEqual(expected);
  });

  it('gives nobody what it did not subscribe to', async () => {
    expect(await shares({ a: ['old'], b: ['new'], c: ['new'] }, { old: 2, new: 3 })).toEqual({ a: { old: [0, 1] }, b: { new: [0, 2] }, c: { new: [1] } });
  });

  it('leaves out who is left over, and topics that are not there', async () => {
    expect(await shares({ a: ['t'], b: ['t'], c: ['gone'] }, { t: 1 })).toEqual({ a: { t: [0] }, b: {}, c: {} });
  });

  it('speaks the protocol of kafkajs by name, so that members of both kinds can share a group', () => {
    const { name, protocol } = topicWiseAssigner(async () => 0)({} as never);
    const { metadata } = protocol({ topics: ['t'] });
    expect([name, MemberMetadata.decode(metadata)?.topics]).toEqual(['RoundRobinAssigner', ['t']]);
  });
});
