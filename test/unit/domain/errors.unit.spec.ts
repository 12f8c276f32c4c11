import { codeOf, DamagedDataError, DataFileError, DataFolderError, DataLockedError, DiskFullError, dispositionOf, inWords, PipelineError } from '../../../src/domain/errors.js';

class StrangeError extends PipelineError {
  readonly code = 'strange.thing';
  readonly disposition = 'dead-letter';
}

describe('PipelineError', () => {
  it('carries its class name, cause and remedy', () => {
    const cause = new Error('below');
    expect(new StrangeError('above', { cause, remedy: 'do this' })).toMatchObject({ name: 'StrangeError', message: 'above', cause, remedy: 'do this' });
  });

  it('has no cause where none was given', () => {
    expect(Object.hasOwn(new StrangeError('alone'), 'cause')).toBe(false);
    expect(new StrangeError('alone').remedy).toBeUndefined();
  });
});

describe('what to do with an error', () => {
  it.each([
    [new StrangeError('x'), 'dead-letter', 'strange.thing'],
    [new DamagedDataError('x'), 'halt', 'data.damaged'],
    [new DiskFullError('x'), 'retry', 'data.disk-full'],
    [new DataLockedError('x'), 'retry', 'data.locked'],
    [new DataFileError('x'), 'retry', 'data.file-failed'],
    [new DataFolderError('x'), 'retry', 'config.data-folder'],
    [new TypeError('x'), 'halt', 'unexpected.TypeError'],
    ['x', 'halt', 'unexpected.string'],
    [undefined, 'halt', 'unexpected.undefined'],
    [{ code: 'strange.thing', disposition: 'retry' }, 'halt', 'unexpected.object'],
  ])('%s', (error, disposition, code) => {
    expect([dispositionOf(error), codeOf(error)]).toEqual([disposition, code]);
  });
});

describe('an error in words', () => {
  it('has its code and its message where it was foreseen, and quotes nothing else', () => {
    expect(inWords(new StrangeError('it is strange'))).toBe('strange.thing, it is strange');
    expect(inWords(new TypeError('ada@example.com'))).toBe('unexpected.TypeError');
  });
});
