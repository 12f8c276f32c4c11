import kafkajs from 'kafkajs';
import { asBusError, isNoSuchTopic, isTooLarge } from '../../../../src/adapters/event-bus-kafka/kafka-errors.js';
import { type PipelineError } from '../../../../src/domain/errors.js';
import { BusUnavailableError } from '../../../../src/ports/event-bus.errors.js';

const { KafkaJSConnectionClosedError, KafkaJSConnectionError, KafkaJSNonRetriableError, KafkaJSNumberOfRetriesExceeded, KafkaJSProtocolError } = kafkajs as unknown as Record<string, new (error: unknown, options?: object) => Error>;
const Connection = KafkaJSConnectionError as new (message: string, options: object) => Error;
const ConnectionClosed = KafkaJSConnectionClosedError as new (message: string, options: object) => Error;
const NonRetriable = KafkaJSNonRetriableError as new (error: unknown, options?: object) => Error;
const RetriesExceeded = KafkaJSNumberOfRetriesExceeded as new (error: unknown, options: object) => Error;
const protocol = (type: string, retriable = false) => new (KafkaJSProtocolError as new (error: object) => Error)({ type, code: 0, message: `message of ${type}`, retriable });
const codeOf = (error: unknown) => (asBusError(error) as PipelineError).code;

describe('asBusError', () => {
  it('knows a broker that takes connections and never answers', () => {
    expect(asBusError(new Error('Broker not connected'))).toMatchObject({ code: 'bus.unavailable', remedy: expect.stringContaining('KAFKA_BROKERS') as string });
  });

  it('says first of a connection that a broker closed that it may be away, and only then that it may want a login', () => {
    const { remedy } = asBusError(new ConnectionClosed('Closed connection', { host: 'kafka', port: 9092 })) as PipelineError;
    expect(remedy).toMatch(/whether the brokers run.*goes on by itself.*KAFKA_SASL_MECHANISM/);
  });

  it.each([
    ['bus.unavailable', ['LEADER_NOT_AVAILABLE', 'NOT_LEADER_FOR_PARTITION', 'NOT_ENOUGH_REPLICAS', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', 'REQUEST_TIMED_OUT', 'NOT_COORDINATOR_FOR_GROUP'], true],
    ['bus.unavailable', ['UNKNOWN', 'BROKER_NOT_AVAILABLE', 'INVALID_REPLICATION_FACTOR'], false],
    ['bus.unknown-topic', ['UNKNOWN_TOPIC_OR_PARTITION'], true],
    ['bus.event-too-large', ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'], false],
    ['bus.login-refused', ['SASL_AUTHENTICATION_FAILED', 'UNSUPPORTED_SASL_MECHANISM', 'ILLEGAL_SASL_STATE'], false],
    ['bus.not-permitted', ['TOPIC_AUTHORIZATION_FAILED', 'GROUP_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED'], false],
    ['bus.topic-misconfigured', ['POLICY_VIOLATION', 'INVALID_CONFIG', 'INVALID_TOPIC_EXCEPTION'], false],
  ])('gives %s for %p, however kafkajs has wrapped it', (code, types, retriable) => {
    for (const type of types) {
      const error = protocol(type, retriable);
      const wrapped = new RetriesExceeded(error, { retryCount: 3, retryTime: 1 });
      for (const one of [error, wrapped, new NonRetriable(error, { cause: error }), { name: 'KafkaJSAggregateError', message: 'several', errors: [error] }]) {
        const translated = asBusError(one) as PipelineError;
        expect(translated.code).toBe(code);
        expect(translated.cause).toBe(one);
        expect(translated.remedy).toMatch(/\w/);
        expect(translated.message).toMatch(/\w/);
      }
    }
  });

  it.each([
    ['bus.unavailable', 'ECONNREFUSED', 'Connection error: connect ECONNREFUSED'],
    ['bus.unavailable', undefined, 'Connection timeout'],
    ['bus.certificate', 'SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate'],
    ['bus.certificate', 'CERT_HAS_EXPIRED', 'certificate has expired'],
    ['bus.certificate', 'ERR_TLS_CERT_ALTNAME_INVALID', "Hostname/IP does not match certificate's altnames"],
    ['bus.certificate', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify the first certificate'],
    ['bus.certificate', 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'alert certificate required'],
    ['bus.encryption', 'ERR_SSL_WRONG_VERSION_NUMBER', 'wrong version number'],
    ['bus.encryption', 'ECONNRESET', 'Client network socket disconnected before secure TLS connection was established'],
  ])('gives %s for a connection that fails with %s', (code, socketCode, message) => {
    const error = new Connection(message, { broker: 'broker:9092', code: socketCode });
    expect(codeOf(error)).toBe(code);
    expect(codeOf(new RetriesExceeded(error, { retryCount: 3, retryTime: 1 }))).toBe(code);
  });

  it('tells a login that was refused from one that was broken off', () => {
    const login = (message: string) => Object.assign(new Error(message), { name: 'KafkaJSSASLAuthenticationError', retriable: false });
    expect(codeOf(login('SASL PLAIN authentication failed: Authentication failed: Invalid username or password'))).toBe('bus.login-refused');
    expect(codeOf(login('SASL PLAIN authentication failed: Closed connection'))).toBe('bus.unavailable');
    expect(codeOf(login('SASL PLAIN authentication failed: Request SaslAuthenticate(key: 36, version: 1) timed out'))).toBe('bus.unavailable');
  });

  it('names the topic, and the setting behind it', () => {
    expect(asBusError(protocol('UNKNOWN_TOPIC_OR_PARTITION'), { topic: 'users' })).toMatchObject({ message: 'there is no topic users' });
    expect(asBusError(protocol('TOPIC_AUTHORIZATION_FAILED'), { topic: 'users' })).toMatchObject({ message: expect.stringContaining('topic users') as string });
    expect(asBusError(protocol('INVALID_REPLICATION_FACTOR'))).toMatchObject({ remedy: expect.stringContaining('TOPIC_REPLICATION') as string });
    expect(asBusError(protocol('NOT_ENOUGH_REPLICAS', true))).toMatchObject({ remedy: expect.stringContaining('min.insync.replicas') as string });
  });

  it('passes through what is ours already, and what nobody foresaw', () => {
    const unknown = [new TypeError('x is not a function'), protocol('INVALID_TXN_STATE'), new NonRetriable(new TypeError('wrapped')), 'text', null, undefined];
    for (const error of [new BusUnavailableError('ours'), ...unknown]) expect(asBusError(error)).toBe(error);
  });

  it('is told of sizes and topics through every wrapping', () => {
    expect(isTooLarge(asBusError(protocol('MESSAGE_TOO_LARGE')))).toBe(true);
    expect(isTooLarge(protocol('NOT_LEADER_FOR_PARTITION'))).toBe(false);
    expect(isNoSuchTopic(new NonRetriable(protocol('UNKNOWN_TOPIC_OR_PARTITION'), { cause: protocol('UNKNOWN_TOPIC_OR_PARTITION') }))).toBe(true);
    expect(isNoSuchTopic(asBusError(protocol('UNKNOWN_TOPIC_OR_PARTITION')))).toBe(true);
    expect(isNoSuchTopic(new Error('no'))).toBe(false);
  });
});
