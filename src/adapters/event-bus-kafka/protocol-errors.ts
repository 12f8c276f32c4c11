/** The errors of Kafka's protocol that a fetch may be answered with, and that are tried again. */
const BY_CODE: Readonly<Record<number, string>> = {
  [-1]: 'UNKNOWN',
  2: 'CORRUPT_MESSAGE',
  3: 'UNKNOWN_TOPIC_OR_PARTITION',
  5: 'LEADER_NOT_AVAILABLE',
  6: 'NOT_LEADER_FOR_PARTITION',
  9: 'REPLICA_NOT_AVAILABLE',
  29: 'TOPIC_AUTHORIZATION_FAILED',
  56: 'KAFKA_STORAGE_ERROR',
  74: 'FENCED_LEADER_EPOCH',
  75: 'UNKNOWN_LEADER_EPOCH',
  78: 'OFFSET_NOT_AVAILABLE',
};

const PERMANENT = ['TOPIC_AUTHORIZATION_FAILED'];

/** An error of the protocol, in the shape in which kafkajs throws its own; a number that is not known keeps its number. */
export function protocolError(codeOrType: number | string): Error {
  const type = typeof codeOrType === 'string' ? codeOrType : BY_CODE[codeOrType];
  if (type === undefined) return new Error(`Kafka answered a fetch with its error ${codeOrType}`);
  return Object.assign(new Error(type), { type, retriable: !PERMANENT.includes(type) });
}
