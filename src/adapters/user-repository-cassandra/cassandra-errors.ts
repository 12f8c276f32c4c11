import cassandra, { type types as Types } from 'cassandra-driver';
import { PipelineError } from '../../domain/errors.js';
import { RepositoryUnavailableError } from '../../ports/user-repository.port.js';
import { errorCodeOf } from '../shared/error-code.js';

const { errors, types } = cassandra;
const codes = types.responseErrorCodes;

/**
 * What an error of the driver means for us. `busy`: unknown, not failed, and too much at once. `away`: unknown, too.
 * `row`: this row can never be stored. `schema`: the table is not any more what we took it for.
 */
export type FailureKind = 'busy' | 'away' | 'login' | 'permission' | 'certificate' | 'data-center' | 'schema' | 'row' | 'refused';

export interface Failure {
  readonly kind: FailureKind;
  readonly error: PipelineError;
}

/** The cluster does not know us: the calls wait as for one that is away, since it may be put right over there. */
export class LoginRefusedError extends PipelineError {
  readonly code = 'repository.login-refused';
  readonly disposition = 'retry';
}
export class NotPermittedError extends PipelineError {
  readonly code = 'repository.not-permitted';
  readonly disposition = 'retry';
}
export class CertificateError extends PipelineError {
  readonly code = 'repository.certificate';
  readonly disposition = 'retry';
}
export class WrongDataCenterError extends PipelineError {
  readonly code = 'repository.wrong-data-center';
  readonly disposition = 'retry';
}
/** Cassandra finds a statement of ours invalid, for no reason that we know: a person must look before more rows go. */
export class StatementRefusedError extends PipelineError {
  readonly code = 'repository.refused';
  readonly disposition = 'halt';
}

/** Says what a row alone is refused for; everything else that is invalid concerns all of them. */
const ABOUT_THE_ROW = /key may not be empty|longer than maximum|clustering columns is too long|too large|oversized|maximum allowed size|exceeds the failure threshold|didn't validate|expected \d+ or \d+ byte/i;
const ABOUT_THE_SCHEMA = /unconfigured (table|columnfamily)|(table|keyspace) \S+ does not exist|undefined (column )?name|unknown identifier|unknown (keyspace|table)/i;
const ABOUT_TLS = /certificate|self.signed|altname|SSL routines|wrong version number|handshake|\bPEM\b|\bTLS\b/i;
const OF_THE_NETWORK = /^E(?!RR_)[A-Z_]+$/;
const TLS_CODES = /^(ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|EPROTO)/;
const NO_SUCH_DATA_CENTER = /(?:data ?center (?<wanted>.*) was not found|configured as '(?<configured>.*)', but only found).*\[(?<seen>.*)\]/i;
/** The one that tells most goes before those that only say that there is none. */
const TELLING: readonly FailureKind[] = ['data-center', 'login', 'certificate', 'permission', 'schema', 'busy', 'away'];

/** What an error means, or null where nobody foresaw it. */
export function failureOf(error: unknown): Failure | null {
  if (error instanceof PipelineError) return null;
  if (error instanceof errors.NoHostAvailableError) return ofHosts(error);
  if (error instanceof errors.AuthenticationError) return login(error);
  if (error instanceof errors.OperationTimedOutError) return busy('a node did not answer in time', error);
  if (error instanceof errors.BusyConnectionError) return busy('all connections are full', error);
  if (error instanceof errors.ResponseError) return ofResponse(error);
  const message = messageOf(error);
  const centers = NO_SUCH_DATA_CENTER.exec(message)?.groups;
  if (centers !== undefined) return dataCenter(centers['wanted'] ?? centers['configured'] ?? '', centers['seen'] ?? '', error);
  if (TLS_CODES.test(errorCodeOf(error) ?? '') || ABOUT_TLS.test(message)) return certificate(error);
  if (error instanceof errors.ArgumentError || error instanceof errors.NotSupportedError || error instanceof errors.DriverInternalError) return null;
  return error instanceof errors.DriverError || OF_THE_NETWORK.test(errorCodeOf(error) ?? '') ? away(message, error) : null;
}

/** The same while the table is being opened: a node that says nothing there may be none at all, and is not called slow. */
export function failureToOpen(error: unknown, contactPoints: readonly string[]): Failure | null {
  const failure = failureOf(error);
  const cause = failure?.error.cause;
  if (failure?.kind !== 'busy' || !(cause instanceof errors.OperationTimedOutError)) return failure;
  return away(`${cause.host ?? contactPoints.join(', ')} does not answer; the port may be wrong, or closed by a firewall`, cause);
}

/** What is thrown for a failure. Whatever the table is away for, the same events come again; the probe has the code. */
export function thrownFor({ kind, error }: Failure): PipelineError {
  if (kind === 'refused' || error instanceof RepositoryUnavailableError) return error;
  return new RepositoryUnavailableError(error.message, { cause: error, ...(error.remedy === undefined ? {} : { remedy: error.remedy }) });
}

/** Of the nodes that were tried, the most telling answer. */
function ofHosts(error: InstanceType<typeof errors.NoHostAvailableError>): Failure {
  const tried = Object.entries((error.innerErrors ?? {}) as Record<string, unknown>);
  const answers = tried.map(([, inner]) => failureOf(inner)).filter((failure) => failure !== null);
  for (const kind of TELLING) {
    const telling = answers.find((failure) => failure.kind === kind);
    if (telling !== undefined && kind !== 'away') return telling;
  }
  const hosts = tried.map(([host, inner]) => `${host} (${errorCodeOf(inner) ?? messageOf(inner)})`);
  return away(hosts.length === 0 ? messageOf(error) : `no node can be reached: ${hosts.join(', ')}`, error);
}

function ofResponse(error: InstanceType<typeof errors.ResponseError>): Failure {
  const code = error.code as Types.responseErrorCodes;
  switch (code) {
    case codes.badCredentials:
      return login(error);
    case codes.unauthorized:
      return { kind: 'permission', error: new NotPermittedError(`Cassandra does not permit it: ${error.message}`, { cause: error, remedy: 'grant the role of CASSANDRA_USERNAME what the message names, or make keyspace and table beforehand and grant it MODIFY and SELECT on the table' }) };
    case codes.overloaded:
    case codes.isBootstrapping:
    case codes.truncateError:
    case codes.writeTimeout:
    case codes.readTimeout:
      return busy(error.message, error);
    // The driver prepares anew by itself; this is what is left when the table is gone.
    case codes.unprepared:
      return schema(error);
    case codes.unavailableException:
      return away(`too few replicas are up: ${error.message}`, error);
    case codes.invalid:
    case codes.serverError:
      if (ABOUT_THE_ROW.test(error.message)) return { kind: 'row', error: new StatementRefusedError('Cassandra refuses the row', { cause: error }) };
      if (ABOUT_THE_SCHEMA.test(error.message)) return schema(error);
      return code === codes.serverError ? away(error.message, error) : refused(error);
    case codes.syntaxError:
    case codes.configError:
      return refused(error);
    case codes.alreadyExists:
    case codes.clientWriteFailure:
    case codes.functionFailure:
    case codes.protocolError:
    case codes.readFailure:
    case codes.writeFailure:
    default:
      return away(error.message, error);
  }
}

function busy(reason: string, cause: unknown): Failure {
  return { kind: 'busy', error: new RepositoryUnavailableError(`Cassandra is too slow or overloaded: ${reason}`, { cause, remedy: 'nothing is lost: the same rows are written again; if it lasts, look at the load of the nodes' }) };
}

function away(reason: string, cause: unknown): Failure {
  return { kind: 'away', error: new RepositoryUnavailableError(`Cassandra is away: ${reason}`, { cause, remedy: 'nothing is lost: it is tried again until Cassandra is there; check CASSANDRA_CONTACT_POINTS if it never was' }) };
}

function schema(cause: unknown): Failure {
  return { kind: 'schema', error: new RepositoryUnavailableError('the table has changed, or is gone', { cause, remedy: 'nothing to do: it is looked at anew' }) };
}

/** The server's own words name the user: they stay in the cause. */
function login(cause: unknown): Failure {
  const unasked = /no authenticator|requires authentication/i.test(messageOf(cause));
  const message = unasked ? 'Cassandra asks for a login, and none is set' : 'Cassandra refuses the login';
  return { kind: 'login', error: new LoginRefusedError(message, { cause, remedy: 'set CASSANDRA_USERNAME and CASSANDRA_PASSWORD (or CASSANDRA_PASSWORD_FILE) to a role that may log in' }) };
}

function certificate(cause: unknown): Failure {
  const what = errorCodeOf(cause) ?? messageOf(cause);
  return { kind: 'certificate', error: new CertificateError(`no trusted TLS connection to Cassandra: ${what}`, { cause, remedy: 'check CASSANDRA_SSL_CA (who signed the certificates of the nodes), CASSANDRA_SSL_CERT and CASSANDRA_SSL_KEY, and that the nodes speak TLS on this port' }) };
}

function dataCenter(wanted: string, seen: string, cause: unknown): Failure {
  return { kind: 'data-center', error: new WrongDataCenterError(`there is no data centre ${wanted}; the cluster has: ${seen}`, { cause, remedy: `set CASSANDRA_LOCAL_DC to the one that this process is in or near: ${seen}` }) };
}

function refused(cause: InstanceType<typeof errors.ResponseError>): Failure {
  return { kind: 'refused', error: new StatementRefusedError(`Cassandra refuses a statement: ${cause.message}`, { cause, remedy: 'compare the message with the settings that begin with CASSANDRA_; a setting of the cluster (a guardrail) may forbid it' }) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
