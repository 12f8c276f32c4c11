import { jest } from '@jest/globals';
import { type OutgoingEvent, type Position } from '../../src/domain/event-record.js';
import { type ReceivedUserCreated } from '../../src/domain/user-created.js';
import { EventPublisher } from '../../src/ports/event-publisher.port.js';
import { EventLog } from '../../src/ports/event-log.port.js';
import { EventConsumer } from '../../src/ports/event-consumer.port.js';
import { EventTopics } from '../../src/ports/event-topics.port.js';
import { UserRepository } from '../../src/ports/user-repository.port.js';
import { UserSource, UserSources } from '../../src/ports/user-source.port.js';

type AbstractClass<Port> = abstract new (...args: never[]) => Port;
export type Mocked<Port> = { [Member in keyof Port]: Port[Member] extends (...args: infer Args) => infer Result ? jest.Mock<(...args: Args) => Result> : Port[Member] };

/** A mock of a port: what the test gives, and a method that fails loudly for everything else. */
export function mockedPort<Port extends object>(port: AbstractClass<Port>, members: Partial<Mocked<Port>>): Mocked<Port> {
  return new Proxy(members, {
    get(target, member) {
      if (member in target) return target[member as keyof typeof target];
      if (typeof member === 'symbol' || ['then', 'onModuleInit', 'onApplicationBootstrap', 'onModuleDestroy', 'beforeApplicationShutdown', 'onApplicationShutdown'].includes(member)) return undefined;
      throw new Error(`the test gave ${port.name} no ${member}`);
    },
  }) as Mocked<Port>;
}

/** Takes everything and gives positions of partition 0 in order; what it took is in `taken`. */
export function mockedEventPublisher(): Mocked<EventPublisher> & { readonly taken: { topic: string; event: OutgoingEvent }[] } {
  const taken: { topic: string; event: OutgoingEvent }[] = [];
  const publish = jest.fn(async (topic: string, events: readonly OutgoingEvent[]): Promise<readonly Position[]> =>
    events.map((event) => ({ topic, partition: 0, offset: taken.push({ topic, event }) - 1 })),
  );
  return Object.assign(mockedPort(EventPublisher, { publish }), { taken });
}

/** Stores everything; what it stored is in `saved`. */
export function mockedUserRepository(): Mocked<UserRepository> & { readonly saved: ReceivedUserCreated[] } {
  const saved: ReceivedUserCreated[] = [];
  const saveAll = jest.fn(async (events: readonly ReceivedUserCreated[]) => {
    saved.push(...events);
    return { rejected: [] };
  });
  return Object.assign(mockedPort(UserRepository, { identity: { kind: 'id' }, saveAll }), { saved });
}

export const mockedEventLog = (members: Partial<Mocked<EventLog>> = {}) => mockedPort(EventLog, members);
export const mockedEventConsumer = (members: Partial<Mocked<EventConsumer>> = {}) => mockedPort(EventConsumer, members);
export const mockedEventTopics = (members: Partial<Mocked<EventTopics>> = {}) => mockedPort(EventTopics, members);
export const mockedUserSource = (members: Partial<Mocked<UserSource>> = {}) => mockedPort(UserSource, members);
export const mockedUserSources = (members: Partial<Mocked<UserSources>> = {}) => mockedPort(UserSources, members);
