import { z } from 'zod';
import { brokers } from './endpoints.js';
import { byteSizeOrUnlimited, durationOrForever, wholeNumber } from './quantities.js';
import { flag, oneOf, pem, PEM_FORM, variable, type Variable } from './variable.js';

/** Kafka's own alphabet for topics and groups, so that a name that works embedded works there too. */
const topicName = z.string().regex(/^[A-Za-z0-9._-]{1,200}$/).refine((name) => name !== '.' && name !== '..');
const TOPIC_NAME_FORM = 'letters, digits, ., _ and -, at most 200';

/** The log: which one, how its topics are made, and how Kafka is reached. */
export const BUS_VARIABLES = {
  EVENT_BUS: variable({
    schema: oneOf('sqlite', 'kafka'),
    form: 'sqlite or kafka',
    default: 'sqlite',
    meaning: 'the log: `sqlite` is embedded, `kafka` needs KAFKA_BROKERS',
    first: true,
  }),
  USERS_TOPIC: variable({ schema: topicName, form: TOPIC_NAME_FORM, default: 'users_created', meaning: 'the topic of people; dead letters go to `<USERS_TOPIC>_dlq`' }),
  CONSUMER_GROUP: variable({ schema: topicName, form: TOPIC_NAME_FORM, default: 'PIPELINE_NAME', meaning: 'the group that processing reads as' }),
  TOPIC_PARTITIONS: variable({ schema: wholeNumber(1, 256), form: 'a whole number, 1 to 256', default: '4', meaning: 'partitions of the topics that we create' }),
  TOPIC_REPLICATION: variable({
    schema: z.literal('-1').transform(() => -1).or(wholeNumber(1, 100)),
    form: '-1, or a whole number, 1 to 100',
    default: '-1',
    meaning: "on Kafka, replicas of the topics that we create; -1 is the brokers' own default",
  }),
  LOG_RETENTION: variable({
    schema: durationOrForever,
    form: '`forever` or a duration such as 7d',
    default: 'forever',
    meaning: 'how long the log keeps people; on Kafka, of the topic if we create it; dead letters and the journal are spared',
  }),
  LOG_MAX_BYTES: variable({
    schema: byteSizeOrUnlimited,
    form: '`unlimited` or a size such as 10GB',
    default: '10GB; on Kafka unlimited',
    meaning: 'how large the log of people may grow, over all partitions; likewise',
  }),
  KAFKA_BROKERS: variable({
    schema: brokers,
    form: 'a comma-separated list of host:port',
    default: 'none',
    meaning: 'where to find the Kafka cluster; any of its brokers, best more than one',
    first: true,
  }),
  KAFKA_SSL: variable({ schema: flag, form: 'true or false', default: 'false', meaning: 'TLS to the brokers' }),
  KAFKA_SSL_CA: variable({ schema: pem, form: PEM_FORM, default: 'the authorities that Node trusts', meaning: "who signed the brokers' certificates; usually by KAFKA_SSL_CA_FILE", secret: true }),
  KAFKA_SSL_CERT: variable({ schema: pem, form: PEM_FORM, default: 'none', meaning: 'the certificate that we show, with KAFKA_SSL_KEY; usually by KAFKA_SSL_CERT_FILE', secret: true }),
  KAFKA_SSL_KEY: variable({ schema: pem, form: PEM_FORM, default: 'none', meaning: 'its private key, without a passphrase; usually by KAFKA_SSL_KEY_FILE', secret: true }),
  KAFKA_SASL_MECHANISM: variable({
    schema: oneOf('plain', 'scram-sha-256', 'scram-sha-512'),
    form: 'plain, scram-sha-256 or scram-sha-512',
    default: 'none',
    meaning: 'how to log in, with KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD',
  }),
  KAFKA_SASL_USERNAME: variable({ schema: z.string().min(1).max(1_024), form: 'a user name', default: 'none', meaning: 'who logs in' }),
  KAFKA_SASL_PASSWORD: variable({ schema: z.string().min(1).max(65_536), form: 'a password', default: 'none', meaning: 'with which password; best by KAFKA_SASL_PASSWORD_FILE', secret: true }),
} as const satisfies Record<string, Variable>;
