import cassandra from 'cassandra-driver';
import { failureOf, failureToOpen, thrownFor, type FailureKind } from '../../../../src/adapters/user-repository-cassandra/cassandra-errors.js';
import { RepositoryUnavailableError } from '../../../../src/ports/user-repository.port.js';

const { errors, types } = cassandra;
const response = (code: keyof typeof types.responseErrorCodes, message = 'so it is') => new errors.ResponseError(types.responseErrorCodes[code], message);
const coded = (code: string, message = code) => Object.assign(new Error(message), { code });
const hosts = (...inner: unknown[]) => new errors.NoHostAvailableError(Object.fromEntries(inner.map((error, index) => [`10.0.0.${index + 1}:9042`, error])));

const KINDS: [FailureKind, unknown, RegExp][] = [
  ['busy', new errors.OperationTimedOutError('no answer'), /in time/],
  ['busy', new errors.BusyConnectionError('10.0.0.1', 2_048, 1), /full/],
  ['busy', response('overloaded'), /overloaded/],
  ['busy', response('isBootstrapping'), /overloaded/],
  ['busy', response('writeTimeout'), /overloaded/],
  ['busy', response('readTimeout'), /overloaded/],
  ['busy', hosts(response('overloaded')), /overloaded/],
  ['away', response('unavailableException'), /too few replicas/],
  ['away', response('writeFailure'), /away/],
  ['away', response('serverError', 'java.lang.NullPointerException'), /away/],
  ['away', hosts(coded('ECONNREFUSED'), 'Host considered as DOWN'), /10\.0\.0\.1:9042 \(ECONNREFUSED\), 10\.0\.0\.2:9042 \(Host considered as DOWN\)/],
  ['away', new errors.NoHostAvailableError({}, 'No host could be resolved'), /resolved/],
  ['away', coded('ECONNRESET'), /ECONNRESET/],
  ['login', response('badCredentials', 'Provided username ada and/or password are incorrect'), /refuses the login/],
  ['login', hosts(coded('ECONNREFUSED'), new errors.AuthenticationError('Provided username ada and/or password are incorrect')), /refuses the login/],
  ['login', hosts(new errors.AuthenticationError('Host 10.0.0.1 requires authentication, but no authenticator found')), /asks for a login/],
  ['permission', response('unauthorized', 'User u has no MODIFY permission on <table ks.t>'), /MODIFY/],
  ['certificate', hosts(coded('SELF_SIGNED_CERT_IN_CHAIN')), /SELF_SIGNED_CERT_IN_CHAIN/],
  ['certificate', hosts(coded('ERR_TLS_CERT_ALTNAME_INVALID')), /ALTNAME/],
  ['certificate', coded('ERR_OSSL_PEM_NO_START_LINE'), /PEM/],
  ['certificate', hosts(coded('EPROTO', 'wrong version number')), /EPROTO/],
  ['data-center', new errors.ArgumentError('Datacenter dc9 was not found. Available DCs are: [dc1,dc2]'), /no data centre dc9; the cluster has: dc1,dc2/],
  ['data-center', hosts(new errors.ArgumentError('Datacenter dc9 was not found. Available DCs are: [dc1]')), /the cluster has: dc1/],
  ['data-center', hosts(new errors.ArgumentError("localDataCenter was configured as 'dc9', but only found hosts in data centers: [dc1, dc2]")), /no data centre dc9; the cluster has: dc1, dc2/],
  ['schema', response('invalid', 'unconfigured table created_users'), /changed/],
  ['schema', response('invalid', 'table created_users does not exist'), /changed/],
  ['schema', response('invalid', 'Undefined column name email in table ks.t'), /changed/],
  ['schema', hosts(response('unprepared', 'Prepared query with ID 4888 not found')), /changed/],
  ['row', response('invalid', 'Key may not be empty'), /row/],
  ['row', response('invalid', 'Cannot index value of size 70000 for index i on ks.t(email) (maximum allowed size=65535)'), /row/],
  ['row', response('serverError', 'Mutation of 17000000 bytes is too large for the maximum size of 16777216'), /row/],
  ['refused', response('invalid', 'Guardrail write_consistency_levels violated'), /Guardrail/],
  ['refused', response('syntaxError', 'line 1:0'), /line 1/],
  ['refused', response('configError', 'Unrecognized strategy option {dc9}'), /dc9/],
];

describe('failureOf', () => {
  it.each(KINDS)('knows what is %s: %s', (kind, error, message) => {
    const failure = failureOf(error);
    expect(failure?.kind).toBe(kind);
    expect(failure?.error.message).toMatch(message);
    expect(failure?.error.cause).toBeDefined();
    if (kind !== 'row') expect(failure?.error.remedy).toMatch(/\w/);
  });

  it('repeats no user name, password or value of a row', () => {
    for (const [kind, error] of KINDS) {
      if (kind === 'login' || kind === 'row') expect(failureOf(error)?.error.message).not.toMatch(/ada|70000/);
    }
  });

  it.each([new TypeError('Not a valid text value'), new RangeError('x'), new errors.DriverInternalError('bug'), new errors.ArgumentError('Queries should be an Array'), coded('ERR_INVALID_ARG_TYPE'), 'text', null])('does not know %s, which is a bug of ours', (error) => {
    expect(failureOf(error)).toBeNull();
  });

  it('makes the port throw that the table is away, whatever for, except for a statement that Cassandra refuses', () => {
    for (const [kind, error] of KINDS) {
      const failure = failureOf(error);
      if (failure === null || kind === 'row') continue;
      const thrown = thrownFor(failure);
      if (kind === 'refused') expect(thrown).toMatchObject({ code: 'repository.refused', disposition: 'halt' });
      else {
        expect(thrown).toBeInstanceOf(RepositoryUnavailableError);
        expect(thrown.message).toBe(failure.error.message);
        expect(thrown.remedy).toBe(failure.error.remedy);
      }
    }
  });

  it.each([['login', 'repository.login-refused'], ['permission', 'repository.not-permitted'], ['certificate', 'repository.certificate'], ['data-center', 'repository.wrong-data-center'], ['busy', 'repository.unavailable'], ['away', 'repository.unavailable']] as const)('has a code of its own for %s: %s', (kind, code) => {
    const codes = KINDS.filter(([of]) => of === kind).map(([, error]) => failureOf(error)?.error.code);
    expect(new Set(codes)).toEqual(new Set([code]));
  });
});

describe('failureToOpen', () => {
  const timedOut = new errors.OperationTimedOutError('The host 10.0.0.1:9043 did not reply before timeout 300 ms', '10.0.0.1:9043');

  it.each([['itself', timedOut, '10.0.0.1:9043'], ['of all hosts', hosts(timedOut, coded('ECONNREFUSED')), '10.0.0.1:9043'], ['without a host', new errors.OperationTimedOutError('no connection'), 'c1:9042, c2:9042']])('takes a node that says nothing for one that is away: %s', (_what, error, where) => {
    const failure = failureToOpen(error, ['c1:9042', 'c2:9042']);
    expect(failure).toMatchObject({ kind: 'away', error: { code: 'repository.unavailable', message: `Cassandra is away: ${where} does not answer; the port may be wrong, or closed by a firewall`, remedy: expect.stringContaining('CASSANDRA_CONTACT_POINTS') as string } });
    expect(failureOf(error)?.kind).toBe('busy');
  });

  it('has for everything else what it is at any time', () => {
    for (const error of [response('overloaded'), hosts(response('badCredentials'), timedOut), coded('ECONNRESET'), new TypeError('bug')]) expect(failureToOpen(error, ['c1:9042'])).toEqual(failureOf(error));
  });
});
