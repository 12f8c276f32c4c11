import { BadRequestException, HttpException, InternalServerErrorException } from '@nestjs/common';
import { PipelineError, type Disposition } from '../../../../../src/domain/errors.js';
import { refusalOf } from '../../../../../src/modules/admin/http/refusal-of.js';

class ForeseenError extends PipelineError {
  readonly code = 'test.foreseen';

  constructor(readonly disposition: Disposition) {
    super('it went as expected', { remedy: 'do something' });
  }
}

describe('refusalOf', () => {
  it.each([
    ['retry', 503],
    ['dead-letter', 422],
    ['halt', 500],
  ] as const)('takes the status of a code that it does not know from the disposition %s', (disposition, status) => {
    expect(refusalOf(new ForeseenError(disposition))).toMatchObject({ status, code: 'test.foreseen', detail: 'it went as expected', remedy: 'do something' });
  });

  it('says when to ask again only where asking again may help', () => {
    expect(refusalOf(new ForeseenError('retry'))?.headers).toHaveProperty('Retry-After');
    expect(refusalOf(new ForeseenError('halt'))?.headers).toBeUndefined();
  });

  it("does not repeat the words of what is not ours: they quote the request", () => {
    expect(refusalOf(new BadRequestException(`Unexpected token 'h', "hunter2" is not valid JSON`))?.detail).not.toContain('hunter2');
    expect(refusalOf(new HttpException('hunter2', 418))).toEqual({ status: 418, code: 'request.refused', detail: 'The request was refused.' });
  });

  it.each([new TypeError('x'), new InternalServerErrorException('x'), 'x', null, undefined, { status: 400, message: 'x' }])('knows nothing of %s', (thrown) => {
    expect(refusalOf(thrown)).toBeNull();
  });
});
