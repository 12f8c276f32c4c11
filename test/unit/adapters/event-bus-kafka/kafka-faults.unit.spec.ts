import { BusLoginRefusedError, BusNotPermittedError } from '../../../../src/adapters/event-bus-kafka/kafka-access.errors.js';
import { KafkaFaults } from '../../../../src/adapters/event-bus-kafka/kafka-faults.js';
import { BusUnavailableError, UnknownTopicError } from '../../../../src/ports/event-bus.errors.js';
import { HastyClock } from '../../../support/hasty-clock.js';

describe('KafkaFaults', () => {
  const away = new BusUnavailableError('away');
  const forbidden = new BusNotPermittedError('may not write');

  function faults() {
    const clock = new HastyClock(-1);
    return { clock, faults: new KafkaFaults(clock) };
  }

  it('keeps what was met until the same work goes through', () => {
    const { faults: met } = faults();
    met.met('publish a', away);
    met.clear('publish b');
    expect(met.worst()).toBe(away);
    met.clear('publish a');
    expect(met.worst()).toBeNull();
  });

  it('puts first what a person has to mend', () => {
    const { faults: met } = faults();
    met.met('publish a', forbidden);
    met.met('read a', away);
    expect(met.worst()).toBe(forbidden);
  });

  it('knows that a cluster that answers is not away and lets us in, and may yet forbid something', () => {
    const { faults: met } = faults();
    met.met('read a', away);
    met.met('read b', new BusLoginRefusedError('refused'));
    met.met('publish a', forbidden);
    met.reached();
    expect(met.worst()).toBe(forbidden);
    met.clear('publish a');
    expect(met.worst()).toBeNull();
  });

  it('forgets what nobody has met again for a minute', () => {
    const { clock, faults: met } = faults();
    met.met('read a', forbidden);
    clock.pass(59_000);
    expect(met.worst()).toBe(forbidden);
    clock.pass(2_000);
    expect(met.worst()).toBeNull();
  });

  it("does not take for the bus's what is the caller's", () => {
    const { faults: met } = faults();
    met.met('read a', new UnknownTopicError('no topic'));
    met.met('read a', new TypeError('a bug'));
    expect(met.worst()).toBeNull();
  });
});
