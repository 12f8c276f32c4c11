import { type CallHandler, type ExecutionContext } from '@nestjs/common';
import { jest } from '@jest/globals';
import { lastValueFrom, NEVER, of, throwError } from 'rxjs';
import { AnswerWithin, PATIENCE_MS } from '../../../../../src/modules/admin/http/answer-within.interceptor.js';
import { ProblemException } from '../../../../../src/modules/admin/http/problem.js';

const answering = (handle: CallHandler['handle']) => lastValueFrom(new AnswerWithin().intercept({} as ExecutionContext, { handle }));

describe('AnswerWithin', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it('answers 503 for what does not answer', async () => {
    jest.useFakeTimers();
    const answer = answering(() => NEVER).catch((error: unknown) => error);

    await jest.advanceTimersByTimeAsync(PATIENCE_MS);

    const error = (await answer) as ProblemException;
    expect(error).toBeInstanceOf(ProblemException);
    expect(error.refusal).toMatchObject({ status: 503, code: 'request.timed-out', headers: { 'Retry-After': '5' } });
  });

  it('leaves answers and errors as they are', async () => {
    const error = new Error('as it is');

    expect(await answering(() => of('answer'))).toBe('answer');
    await expect(answering(() => throwError(() => error))).rejects.toBe(error);
  });
});
