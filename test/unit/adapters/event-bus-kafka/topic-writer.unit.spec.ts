import { type Message, type RecordMetadata } from 'kafkajs';
import { partitionOfKey } from '../../../../src/adapters/event-bus-kafka/partitioner.js';
import { type TopicFacts } from '../../../../src/adapters/event-bus-kafka/topic-catalog.js';
import { TopicWriter } from '../../../../src/adapters/event-bus-kafka/topic-writer.js';
import { type OutgoingEvent } from '../../../../src/domain/event-record.js';
import { BusUnavailableError, EventTooLargeError, UnknownTopicError } from '../../../../src/ports/event-bus.errors.js';
import { eventually } from '../../../support/eventually.js';

const event = (value: string, key: string | null = value): OutgoingEvent => ({ key, value: Buffer.from(value), headers: {} });
const tooLarge = () => Object.assign(new Error('too large'), { type: 'MESSAGE_TOO_LARGE', retriable: false });

/** A broker of four partitions that appends what it is sent, and answers as `answering` says. */
class Broker {
  readonly log: string[][] = [[], [], [], []];
  readonly sends: string[][] = [];
  inFlight = 0;
  mostInFlight = 0;
  made = 0;
  ended = 0;
  answering: (send: number, values: string[], answer: RecordMetadata[]) => Promise<RecordMetadata[]> | RecordMetadata[] = (_send, _values, answer) => answer;
  facts: () => Promise<TopicFacts> = async () => ({ partitions: 4, maxMessageBytes: 10_000 });

  readonly writer = new TopicWriter({
    topic: 'topic',
    catalog: { facts: () => this.facts(), forget: () => undefined },
    now: () => 1,
    tracking: (work) => work(),
    makeProducer: () => {
      this.made += 1;
      return { connect: async () => undefined, disconnect: async () => void (this.ended += 1), send: ({ messages }) => this.take(messages) };
    },
  });

  private async take(messages: Message[]): Promise<RecordMetadata[]> {
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    try {
      const values = messages.map(({ value }) => String(value));
      this.sends.push(values);
      await new Promise((resolve) => setImmediate(resolve));
      const bases = new Map<number, number>();
      for (const { partition = 0, value } of messages) {
        if (!bases.has(partition)) bases.set(partition, this.log[partition]?.length ?? 0);
        this.log[partition]?.push(String(value));
      }
      const answer = [...bases].map(([partition, base]) => ({ topicName: 'topic', partition, errorCode: 0, baseOffset: String(base) }));
      return await this.answering(this.sends.length, values, answer);
    } finally {
      this.inFlight -= 1;
    }
  }
}

const keys = (partition: number) => Array.from({ length: 200 }, (_, index) => `key-${index}`).filter((key) => partitionOfKey(Buffer.from(key), 4) === partition);

describe('TopicWriter', () => {
  it('gives each event its own position, in the order given', async () => {
    const broker = new Broker();
    const events = Array.from({ length: 30 }, (_, index) => event(`key-${index}`));
    const positions = await broker.writer.publish(events);
    expect(positions.map(({ partition, offset }) => broker.log[partition]?.[offset])).toEqual(events.map(({ value }) => String(value)));
    expect(new Set(positions.map(({ partition }) => partition)).size).toBe(4);
  });

  it('has one send in flight, and puts what is published meanwhile into the next', async () => {
    const broker = new Broker();
    await Promise.all(Array.from({ length: 100 }, async (_, index) => {
      for (let turn = 0; turn < index % 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      await broker.writer.publish([event(`a-${index}`), event(`b-${index}`)]);
    }));
    expect(broker.mostInFlight).toBe(1);
    expect(broker.sends.length).toBeLessThan(20);
    expect(broker.sends.flat()).toHaveLength(200);
    expect(broker.made).toBe(1);
  });

  it('sends again the partitions that an answer does not cover', async () => {
    const broker = new Broker();
    const [inTwo = '', inThree = ''] = [keys(2)[0], keys(3)[0]];
    broker.answering = (send, _values, answer) => (send === 1 ? answer.filter(({ partition }) => partition === 2) : answer);
    const positions = await broker.writer.publish([event('x', inTwo), event('y', inThree), event('z', inTwo)]);
    expect(broker.sends).toEqual([['x', 'y', 'z'], ['y']]);
    expect(positions).toEqual([2, 3, 2].map((partition, index) => ({ topic: 'topic', partition, offset: [0, 1, 1][index] })));
  });

  it('does not acknowledge what no answer covers', async () => {
    const broker = new Broker();
    broker.answering = (_send, _values, answer) => answer.filter(({ partition }) => partition !== 1);
    await expect(broker.writer.publish([event('x', keys(1)[0] ?? ''), event('y', keys(2)[0] ?? '')])).rejects.toBeInstanceOf(BusUnavailableError);
  });

  it('takes a partition answered with an error for one that is not covered', async () => {
    const broker = new Broker();
    broker.answering = (send, _values, answer) => (send === 1 ? answer.map((one) => ({ ...one, errorCode: 6 })) : answer);
    expect(await broker.writer.publish([event('x')])).toHaveLength(1);
    expect(broker.sends).toEqual([['x'], ['x']]);
  });

  it('fails what was sent together when the bus is away, and goes on with a new producer', async () => {
    const broker = new Broker();
    broker.answering = (send, _values, answer) => (send === 1 ? Promise.reject(new BusUnavailableError('away')) : answer);
    const outcomes = await Promise.allSettled([broker.writer.publish([event('a')]), broker.writer.publish([event('b')])]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await broker.writer.publish([event('c')])).toHaveLength(1);
    expect([broker.made, broker.ended]).toEqual([2, 1]);
  });

  it('refuses a publication with an event that is too large, whole, and no other', async () => {
    const broker = new Broker();
    const [good, bad] = await Promise.allSettled([broker.writer.publish([event('a')]), broker.writer.publish([event('b'), event('x'.repeat(20_000), 'k')])]);
    expect(good.status).toBe('fulfilled');
    expect((bad as PromiseRejectedResult).reason).toBeInstanceOf(EventTooLargeError);
    expect((bad as PromiseRejectedResult).reason).toMatchObject({ index: 1 });
    expect(broker.log.flat()).toEqual(['a']);
  });

  it('cuts what the broker refuses as too large, and names the event that it refuses alone', async () => {
    const broker = new Broker();
    broker.answering = (_send, values, answer) => (values.some((value) => value.startsWith('huge')) || values.length > 2 ? Promise.reject(tooLarge()) : answer);
    const [many, other, bad] = await Promise.allSettled([
      broker.writer.publish(Array.from({ length: 7 }, (_, index) => event(`v${index}`, 'key'))),
      broker.writer.publish([event('other', 'key')]),
      broker.writer.publish([event('fine', 'key'), event('huge', 'key'), event('never', 'key')]),
    ]);
    expect(many.status).toBe('fulfilled');
    expect(other.status).toBe('fulfilled');
    expect((bad as PromiseRejectedResult).reason).toMatchObject({ code: 'bus.event-too-large', index: 1 });
    const written = broker.sends.filter((values) => values.length < 3 && !values.includes('huge')).flat();
    expect(written).toEqual(['v0', 'v1', 'v2', 'v3', 'v4', 'v5', 'v6', 'other', 'fine']);
  });

  it('refuses a publication whole when the limit was lowered meanwhile, and sends the others', async () => {
    const broker = new Broker();
    let maxMessageBytes = 50_000;
    broker.facts = async () => ({ partitions: 4, maxMessageBytes });
    broker.answering = (_send, values, answer) => {
      maxMessageBytes = 5_000;
      return values.some((value) => value.length > 4_000) ? Promise.reject(tooLarge()) : answer;
    };
    const [bad, good] = await Promise.allSettled([broker.writer.publish([event('fine'), event('x'.repeat(8_000), 'k')]), broker.writer.publish([event('good')])]);
    expect((bad as PromiseRejectedResult).reason).toMatchObject({ code: 'bus.event-too-large', index: 1 });
    expect(good.status).toBe('fulfilled');
    expect(broker.sends).toHaveLength(2);
    expect(broker.sends[1]).toEqual(['good']);
  });

  it('keeps a batch of a partition within the limit of the topic', async () => {
    const broker = new Broker();
    await broker.writer.publish(Array.from({ length: 20 }, (_, index) => event(`${index}-${'x'.repeat(3_000)}`, 'key')));
    expect(Math.max(...broker.sends.map((values) => values.join('').length))).toBeLessThan(10_000);
    expect(broker.sends.flat().map((value) => Number(value.split('-')[0]))).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  it('lets a publication be called off until it is handed over, and not after', async () => {
    const broker = new Broker();
    let found: (facts: TopicFacts) => void = () => undefined;
    broker.facts = () => new Promise((resolve) => (found = resolve));
    const [early, late] = [new AbortController(), new AbortController()];
    const calledOff = broker.writer.publish([event('early')], early.signal);
    const kept = broker.writer.publish([event('late')], late.signal);
    await new Promise((resolve) => setImmediate(resolve));
    early.abort(new Error('called off'));
    await expect(calledOff).rejects.toThrow('called off');
    broker.answering = (_send, _values, answer) => {
      late.abort(new Error('too late'));
      return answer;
    };
    found({ partitions: 4, maxMessageBytes: 10_000 });
    expect(await kept).toHaveLength(1);
    expect(broker.log.flat()).toEqual(['late']);
  });

  it('fails what waits for a topic that nobody made, and what waits at the end', async () => {
    const broker = new Broker();
    broker.facts = () => Promise.reject(new UnknownTopicError('no topic'));
    await expect(broker.writer.publish([event('a')])).rejects.toBeInstanceOf(UnknownTopicError);
    broker.facts = () => new Promise(() => undefined);
    const waiting = broker.writer.publish([event('b')]);
    broker.writer.stop(new BusUnavailableError('closed'));
    await expect(waiting).rejects.toThrow('closed');
  });

  it('puts events without a key into one partition a call, another for the next', async () => {
    const broker = new Broker();
    await broker.writer.publish([event('a', null), event('b', null)]);
    await broker.writer.publish([event('c', null), event('d', null)]);
    await eventually(() => expect(broker.log.filter((partition) => partition.length > 0)).toEqual([['a', 'b'], ['c', 'd']]));
  });
});
