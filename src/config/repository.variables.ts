import { z } from 'zod';
import { contactPoints } from './endpoints.js';
import { flag, oneOf, pem, PEM_FORM, variable, type Variable } from './variable.js';

const identifier = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,47}$/);
const REPLICAS = /^[1-9]\d?$/;
const REPLICAS_OF_DATA_CENTER = /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}:\s*[1-9]\d?$/;
const IDENTIFIER_FORM = 'letters, digits and _, a letter first, at most 48';

/** The table: which one, and how Cassandra is reached. */
export const REPOSITORY_VARIABLES = {
  USER_REPOSITORY: variable({
    schema: oneOf('sqlite', 'cassandra'),
    form: 'sqlite or cassandra',
    default: 'sqlite',
    meaning: 'the table: `sqlite` is embedded, `cassandra` needs CASSANDRA_CONTACT_POINTS',
    first: true,
  }),
  CASSANDRA_CONTACT_POINTS: variable({
    schema: contactPoints,
    form: 'a comma-separated list of host or host:port',
    default: 'none',
    meaning: 'where to find the Cassandra ring; any of its nodes, best more than one; the port is 9042 unless named',
    first: true,
  }),
  CASSANDRA_LOCAL_DC: variable({ schema: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}$/), form: 'the name of a data centre', default: 'datacenter1', meaning: 'the data centre that this process is in or near' }),
  CASSANDRA_KEYSPACE: variable({ schema: identifier, form: IDENTIFIER_FORM, default: 'spark_streams', meaning: 'the keyspace; made if it is missing' }),
  CASSANDRA_TABLE: variable({ schema: identifier, form: IDENTIFIER_FORM, default: 'created_users', meaning: 'the table; made if it is missing, used as it is if it exists' }),
  CASSANDRA_REPLICATION: variable({
    schema: z.string().refine((text) => REPLICAS.test(text) || text.split(',').every((part) => REPLICAS_OF_DATA_CENTER.test(part.trim()))),
    form: 'a number of replicas such as 3, or one for each data centre such as dc1:3,dc2:2',
    default: 'as many as the data centre has nodes, at most 3',
    meaning: 'of the keyspace, if we create it; a number alone is for CASSANDRA_LOCAL_DC',
  }),
  CASSANDRA_CONSISTENCY: variable({
    schema: oneOf('LOCAL_QUORUM', 'QUORUM', 'EACH_QUORUM', 'ALL', 'LOCAL_ONE', 'ONE', 'TWO', 'THREE'),
    form: 'LOCAL_QUORUM, QUORUM, EACH_QUORUM, ALL, LOCAL_ONE, ONE, TWO or THREE',
    default: 'LOCAL_QUORUM',
    meaning: 'how many replicas must have a row before it counts as stored; below a quorum it may be lost with a node',
  }),
  CASSANDRA_EMAIL_INDEX: variable({ schema: oneOf('sai', 'none'), form: 'sai or none', default: 'sai', meaning: 'whether a table that we create gets an index on email (Cassandra 5.0 or later); it costs over a third of the write rate' }),
  CASSANDRA_USERNAME: variable({ schema: z.string().min(1).max(1_024), form: 'a user name', default: 'none', meaning: 'who logs in, with CASSANDRA_PASSWORD' }),
  CASSANDRA_PASSWORD: variable({ schema: z.string().min(1).max(65_536), form: 'a password', default: 'none', meaning: 'with which password; best by CASSANDRA_PASSWORD_FILE', secret: true }),
  CASSANDRA_SSL: variable({ schema: flag, form: 'true or false', default: 'false', meaning: 'TLS to the nodes' }),
  CASSANDRA_SSL_CA: variable({ schema: pem, form: PEM_FORM, default: 'the authorities that Node trusts', meaning: "who signed the nodes' certificates; usually by CASSANDRA_SSL_CA_FILE", secret: true }),
  CASSANDRA_SSL_CERT: variable({ schema: pem, form: PEM_FORM, default: 'none', meaning: 'the certificate that we show, with CASSANDRA_SSL_KEY; usually by CASSANDRA_SSL_CERT_FILE', secret: true }),
  CASSANDRA_SSL_KEY: variable({ schema: pem, form: PEM_FORM, default: 'none', meaning: 'its private key, without a passphrase; usually by CASSANDRA_SSL_KEY_FILE', secret: true }),
} as const satisfies Record<string, Variable>;
