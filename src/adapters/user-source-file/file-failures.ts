import { errorCodeOf } from '../shared/error-code.js';
import { SourceRefusedError, SourceUnavailableError } from '../../ports/user-source.port.js';

const CHECK_PATH = 'check USER_SOURCE_FILE';

/** What the file system threw, in the port's terms; anything else stays what it is. */
export function fileFailureOf(error: unknown, path: string): unknown {
  const code = errorCodeOf(error);
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new SourceRefusedError('file-missing', `there is no file ${path}`, { cause: error, remedy: CHECK_PATH });
    case 'EACCES':
    case 'EPERM':
      return new SourceRefusedError('file-unreadable', `${path} may not be read`, { cause: error, remedy: 'allow the user that runs Userstream to read it' });
    case 'EISDIR':
      return notAFile(path);
    case 'EMFILE':
    case 'ENFILE':
    case 'EIO':
    case 'EBUSY':
    case 'EAGAIN':
    case 'ESTALE':
    case 'ETIMEDOUT':
      return new SourceUnavailableError('file-unavailable', `${path} cannot be read now (${code})`, { cause: error });
    case undefined:
    default:
      return error;
  }
}

export function notAFile(path: string): SourceRefusedError {
  return new SourceRefusedError('file-not-a-file', `${path} is a folder or a device`, { remedy: 'name an NDJSON or CSV file in USER_SOURCE_FILE' });
}

export function fileChanged(path: string): SourceRefusedError {
  return new SourceRefusedError('file-changed', `${path} is no longer the file that the run was planned for`, {
    remedy: 'put the planned content back, or end the run and start one with the new content',
  });
}
