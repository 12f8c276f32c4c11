import { isNoCoordinator } from './kafka-errors.js';
import { KafkaFetcher, type FetcherContext } from './kafka-fetcher.js';

/**
 * What keeps a group from being reached: kafkajs asks the brokers for its coordinator and keeps to itself what they
 * said, so one of them is asked again. Any other error is given back as it is.
 */
export async function causeOfNoCoordinator(error: unknown, group: string, context: FetcherContext): Promise<unknown> {
  if (!isNoCoordinator(error)) return error;
  const fetcher = new KafkaFetcher(context);
  try {
    await fetcher.coordinator(group);
    return error;
  } catch (cause) {
    return cause;
  } finally {
    fetcher.cut(new Error('it has answered'));
  }
}
