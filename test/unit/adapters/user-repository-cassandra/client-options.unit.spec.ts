import cassandra from 'cassandra-driver';
import { type CassandraUserRepositoryOptions } from '../../../../src/adapters/user-repository-cassandra/cassandra-user-repository.options.js';
import { clientOptionsOf, readConsistency } from '../../../../src/adapters/user-repository-cassandra/client-options.js';

const given: CassandraUserRepositoryOptions = { contactPoints: ['cassandra:9042', '10.0.0.1', '[::1]:9042'], localDataCenter: 'dc1', keyspace: 'k', table: 't', username: null, password: null, ssl: null, consistency: 'LOCAL_QUORUM', replication: null, emailIndex: 'sai', fields: [] };

describe('what the driver is told', () => {
  it('is a quorum, and that writes may be repeated', () => {
    expect(clientOptionsOf(given).queryOptions).toEqual({ consistency: cassandra.types.consistencies.localQuorum, isIdempotent: true, prepare: true });
  });

  it('is nothing of a login or TLS where none is set', () => {
    expect(clientOptionsOf(given)).not.toHaveProperty('authProvider');
    expect(clientOptionsOf(given)).not.toHaveProperty('sslOptions');
  });

  it('is to check certificates, with the authority and the certificate that are set', () => {
    const { sslOptions } = clientOptionsOf({ ...given, ssl: { ca: 'CA', cert: null, key: null } });
    expect(sslOptions).toMatchObject({ rejectUnauthorized: true, ca: 'CA' });
    expect(sslOptions).not.toHaveProperty('cert');
    expect(clientOptionsOf({ ...given, ssl: { ca: null, cert: 'C', key: 'K' } }).sslOptions).toMatchObject({ rejectUnauthorized: true, cert: 'C', key: 'K' });
  });

  it('is that a certificate is good for its address, or for a name among the contact points, and for nothing else', () => {
    const check = (address: string, subjectaltname: string) => clientOptionsOf({ ...given, ssl: { ca: 'CA', cert: null, key: null } }).sslOptions?.checkServerIdentity?.(address, { subject: { CN: 'x' }, subjectaltname } as never);
    expect(check('10.0.0.1', 'IP Address:10.0.0.1')).toBeUndefined();
    expect(check('172.17.0.2', 'DNS:cassandra')).toBeUndefined();
    expect(check('172.17.0.2', 'DNS:mallory')).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    expect(check('172.17.0.2', 'IP Address:10.0.0.1')).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  it.each([
    [['h'], undefined],
    [['h:9142', 'i:9142'], { port: 9142 }],
    [['[::1]:9142'], { port: 9142 }],
    [['::1'], undefined],
    [['10.0.0.1', 'h:9043'], { port: 9043 }],
  ])('is the port of the whole ring, where the contact points %j name one', (contactPoints, protocolOptions) => {
    expect(clientOptionsOf({ ...given, contactPoints }).protocolOptions).toEqual(protocolOptions);
  });

  it('is to come back within seconds, however long a node was away', () => {
    const schedule = clientOptionsOf(given).policies?.reconnection?.newSchedule();
    const delays = Array.from({ length: 40 }, () => schedule?.next().value as number);
    expect(Math.max(...delays)).toBeLessThanOrEqual(6_000);
  });

  it('is to read at the consistency of the writes, where that can be read at', () => {
    expect(readConsistency({ consistency: 'EACH_QUORUM' })).toBe('localQuorum');
    expect(readConsistency({ consistency: 'ALL' })).toBe('all');
  });
});
