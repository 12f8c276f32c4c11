import { PipelineError } from '../../domain/errors.js';
import { BusUnavailableError, EventTooLargeError, TopicMisconfiguredError, UnknownTopicError } from '../../ports/event-bus.errors.js';
import { BusCertificateError, BusEncryptionError, BusLoginRefusedError, BusNotPermittedError } from './kafka-access.errors.js';
import { BROKER_SPEAKS_TLS, NOT_KAFKA, OUR_CERTIFICATE_UNUSABLE } from './kafka-sockets.js';

/** What kafkajs tells of a failure; told by shape, since it exports no types for half of its errors. */
interface DriverError {
  readonly name: string;
  readonly message: string;
  /** The protocol's name of an error code of Kafka's. */
  readonly type?: string;
  /** The code of a socket's error, or the number of an error of Kafka's. */
  readonly code?: string | number;
  readonly retriable?: boolean;
  readonly topic?: string;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

type Translation = (error: DriverError, options: { cause: unknown }) => PipelineError | null;

const TOO_LARGE = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'];
const NO_SUCH_TOPIC = ['UNKNOWN_TOPIC_OR_PARTITION', 'UNKNOWN_TOPIC_ID'];
const REFUSED_TOPIC = ['INVALID_TOPIC_EXCEPTION', 'INVALID_PARTITIONS', 'INVALID_CONFIG', 'POLICY_VIOLATION'];
const LOGIN = ['SASL_AUTHENTICATION_FAILED', 'UNSUPPORTED_SASL_MECHANISM', 'ILLEGAL_SASL_STATE', 'SECURITY_DISABLED'];

/** Not for the driver to try again by itself, and yet over some day: a broker that fails, a cluster that is not whole. */
const AWAY = ['UNKNOWN', 'BROKER_NOT_AVAILABLE', 'STALE_CONTROLLER_EPOCH', 'STALE_BROKER_EPOCH', 'INVALID_REPLICATION_FACTOR'];
const AWAY_NAMES = ['KafkaJSTimeout', 'KafkaJSLockTimeout', 'KafkaJSGroupCoordinatorNotFound'];

/** What kafkajs says, in an error of no kind, when a broker did not answer its first question in time. */
const NEVER_ANSWERED = 'Broker not connected';

/** The login's error wraps whatever ended it, without keeping it. */
const BROKEN_OFF_LOGIN = /closed|timed? ?out|not connected|connection error/i;

/** In the order asked; the first that knows the error decides. */
const TRANSLATIONS: readonly Translation[] = [asLogin, asEncryption, asPermission, asTopic, asAway];

/**
 * What kafkajs throws, in the port's words, with the remedy; kafkajs's own as `cause`. What none of them knows is passed
 * through: a bug, which halts. The index of an event that is too large is its caller's to find; here it is 0.
 */
export function asBusError(error: unknown, { topic }: { topic?: string } = {}): unknown {
  if (error instanceof PipelineError) return error;
  const chain = chainOf(error);
  for (const translate of TRANSLATIONS) {
    for (const link of chain) {
      const translated = translate({ ...shape(link), ...(topic === undefined ? {} : { topic }) }, { cause: error });
      if (translated !== null) return translated;
    }
  }
  return error;
}

/** The brokers refused a batch or an event for its size. */
export function isTooLarge(error: unknown): boolean {
  return chainOf(error).some(({ type }) => type !== undefined && TOO_LARGE.includes(type));
}

/** No broker named the group's coordinator; why, kafkajs does not tell. */
export function isNoCoordinator(error: unknown): boolean {
  return chainOf(error).some(({ name }) => name === 'KafkaJSGroupCoordinatorNotFound');
}

/** Nobody made the topic, or it is gone. */
export function isNoSuchTopic(error: unknown): boolean {
  return error instanceof UnknownTopicError || chainOf(error).some(({ type }) => type !== undefined && NO_SUCH_TOPIC.includes(type));
}

function asLogin({ name, type = '', message }: DriverError, { cause }: { cause: unknown }): PipelineError | null {
  if (name === 'KafkaJSSASLAuthenticationError' && BROKEN_OFF_LOGIN.test(message)) return away(message, cause);
  if (name !== 'KafkaJSSASLAuthenticationError' && !LOGIN.includes(type)) return null;
  return new BusLoginRefusedError(`the Kafka brokers refuse the login: ${message}`, {
    cause,
    remedy: 'check KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD, and that KAFKA_BROKERS names a listener that asks for a login',
  });
}

function asEncryption({ code, message }: DriverError, { cause }: { cause: unknown }): PipelineError | null {
  if (typeof code !== 'string') return null;
  if (code === BROKER_SPEAKS_TLS) {
    return new BusEncryptionError('the Kafka brokers speak TLS on this port, and plain text was sent', { cause, remedy: 'set KAFKA_SSL=true, or name a plain-text listener in KAFKA_BROKERS' });
  }
  if (code === OUR_CERTIFICATE_UNUSABLE) {
    return new BusCertificateError(`the certificates that were given for Kafka cannot be used: ${message}`, { cause, remedy: 'check the PEM files of KAFKA_SSL_CA, KAFKA_SSL_CERT and KAFKA_SSL_KEY' });
  }
  if (/CERT|SIGN|ISSUER|UNKNOWN_CA|ALTNAME|CRL/.test(code)) {
    return new BusCertificateError(`the Kafka brokers' certificate is not trusted, or ours is not by them: ${message}`, {
      cause,
      remedy: 'give the authority that signed it as KAFKA_SSL_CA and use the host names that it was made for in KAFKA_BROKERS; where the brokers ask for a certificate, give KAFKA_SSL_CERT and KAFKA_SSL_KEY',
    });
  }
  if (/SSL|TLS|EPROTO/.test(code) || message.includes('before secure TLS connection')) {
    return new BusEncryptionError(`no TLS connection to the Kafka brokers: ${message}`, { cause, remedy: 'check that KAFKA_BROKERS names a TLS listener, or set KAFKA_SSL=false' });
  }
  return null;
}

function asPermission({ type = '', topic, message }: DriverError, { cause }: { cause: unknown }): PipelineError | null {
  if (!type.endsWith('_AUTHORIZATION_FAILED')) return null;
  const resource = type.startsWith('TOPIC') ? `topic ${topic ?? ''}`.trim() : type.startsWith('GROUP') ? 'consumer group' : 'cluster';
  return new BusNotPermittedError(`Kafka does not permit this user what is needed of the ${resource}: ${message}`, {
    cause,
    remedy: 'let an administrator give the user of KAFKA_SASL_USERNAME the permissions of docs/clusters.md, "Least permissions" (kafka-acls.sh)',
  });
}

function asTopic({ type = '', topic, message }: DriverError, { cause }: { cause: unknown }): PipelineError | null {
  const name = topic ?? 'this name';
  if (NO_SUCH_TOPIC.includes(type)) {
    return new UnknownTopicError(`there is no topic ${topic === undefined ? 'of this name' : topic}`, { cause, remedy: 'it is made when a process that publishes or processes starts' });
  }
  if (TOO_LARGE.includes(type)) return new EventTooLargeError(`Kafka refused it for its size: ${message}`, 0, { cause, remedy: 'raise max.message.bytes of the topic' });
  if (!REFUSED_TOPIC.includes(type)) return null;
  return new TopicMisconfiguredError(`Kafka refuses to make the topic ${name}: ${message}`, { cause, remedy: 'choose settings that the cluster allows, or make the topic yourself with kafka-topics.sh' });
}

function asAway({ name, type = '', code, retriable, message }: DriverError, { cause }: { cause: unknown }): PipelineError | null {
  if (code === NOT_KAFKA) return away(message, cause, 'KAFKA_BROKERS names a port where something else listens: correct it');
  if (message === NEVER_ANSWERED) return away('a broker takes connections and does not answer', cause);
  if (retriable === true || AWAY.includes(type) || AWAY_NAMES.includes(name)) return away(message, cause, remedyOf(name, type));
  return null;
}

function remedyOf(name: string, type: string): string {
  if (type === 'INVALID_REPLICATION_FACTOR') return 'TOPIC_REPLICATION asks for more replicas than there are brokers now: start the others, or lower it';
  if (type.startsWith('NOT_ENOUGH_REPLICAS')) return 'bring back the brokers that hold its replicas, or lower min.insync.replicas of the topic';
  if (name === 'KafkaJSConnectionClosedError') return 'see whether the brokers run, and their logs: it goes on by itself once they answer; a listener that asks for a login closes connections without one: then set KAFKA_SASL_MECHANISM';
  return 'check that the brokers run and that KAFKA_BROKERS names them; it goes on by itself once they answer';
}

function away(message: string, cause: unknown, remedy = remedyOf('', '')): BusUnavailableError {
  return new BusUnavailableError(`Kafka is away or overloaded: ${message}`, { cause, remedy });
}

/** An error, what it wraps, and what it collects; the innermost first, since it says most. */
function chainOf(error: unknown, depth = 0): readonly DriverError[] {
  if (typeof error !== 'object' || error === null || depth > 8) return [];
  const link = shape(error as DriverError);
  return [...(link.errors ?? []).flatMap((one) => chainOf(one, depth + 1)), ...chainOf(link.cause, depth + 1), link];
}

/** An error's own fields that are of use here: they are not all enumerable. */
function shape({ name, message, type, code, retriable, topic, cause, errors }: DriverError): DriverError {
  const given = { type, code, retriable, topic, cause, errors: Array.isArray(errors) ? (errors as unknown[]) : undefined };
  return { name, message, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
}
