import { PipelineError } from '../../domain/errors.js';

/**
 * The cluster does not let us in, or not do something. A person has to change a setting here or there, perhaps while
 * we run: so it is tried again, and readiness says what is wrong.
 */
export abstract class BusAccessError extends PipelineError {
  override readonly disposition = 'retry';
}

/** The brokers refuse the login. */
export class BusLoginRefusedError extends BusAccessError {
  readonly code = 'bus.login-refused';
}

/** The brokers' certificate is not trusted, or ours is not by them. */
export class BusCertificateError extends BusAccessError {
  readonly code = 'bus.certificate';
}

/** We speak TLS and they do not, or the other way round. */
export class BusEncryptionError extends BusAccessError {
  readonly code = 'bus.encryption';
}

/** We are logged in, and may not do this. */
export class BusNotPermittedError extends BusAccessError {
  readonly code = 'bus.not-permitted';
}
