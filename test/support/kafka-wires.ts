import { type ISocketFactory } from 'kafkajs';
import { type Socket } from 'node:net';
import { SystemClock } from '../../src/adapters/clock-system/system-clock.js';
import { KafkaClient } from '../../src/adapters/event-bus-kafka/kafka-client.js';
import { type KafkaEventBusOptions } from '../../src/adapters/event-bus-kafka/kafka-event-bus.options.js';
import { type Clock } from '../../src/ports/clock.port.js';
import { type TcpProxy } from './tcp-proxy.js';

type Wire = (connect: ISocketFactory) => ISocketFactory;

/** A client whose connections are made otherwise: a broker names itself in its metadata, so a proxy's address alone would be left at once. */
export function clientOn(wire: Wire, options: KafkaEventBusOptions, clock: Clock = new SystemClock()): KafkaClient {
  class WiredClient extends KafkaClient {
    override config(...args: Parameters<KafkaClient['config']>): ReturnType<KafkaClient['config']> {
      const config = super.config(...args);
      return { ...config, socketFactory: wire(config.socketFactory as ISocketFactory) };
    }
  }
  return new WiredClient(options, clock);
}

/** Every connection goes through the proxy, whatever broker it is for. */
export function through(proxy: TcpProxy): Wire {
  return (connect) => (args) => connect({ ...args, host: '127.0.0.1', port: proxy.port });
}

const PRODUCE = 0;

/** The broker gets every Produce request, and its answer is lost with the connection where `loses` says so. */
export function losingAnswers(loses: () => boolean): Wire {
  return (connect) => (args) => {
    const socket = connect(args);
    const write = socket.write.bind(socket) as (bytes: Buffer, encoding?: BufferEncoding) => boolean;
    socket.write = ((bytes: Buffer, encoding?: BufferEncoding) => {
      if (bytes.readInt16BE(4) === PRODUCE && loses()) {
        socket.removeAllListeners('data');
        socket.once('data', () => socket.destroy(new Error('the answer was lost')));
      }
      return write(bytes, encoding);
    }) as Socket['write'];
    return socket;
  };
}
