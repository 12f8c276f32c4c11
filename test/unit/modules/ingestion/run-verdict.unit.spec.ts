import { verdictOf, type Ending } from '../../../../src/modules/ingestion/run-verdict.js';
import { SourceRefusedError, SourceUnavailableError } from '../../../../src/ports/user-source.port.js';

const ENDLESS = { endsWithSource: false };
const FINITE = { endsWithSource: true };
const COMPLETED: Ending = { kind: 'completed' };

describe('the outcome of a run', () => {
  it('is a success if it published anybody', () => {
    expect(verdictOf(ENDLESS, COMPLETED, { fetched: 3, published: 1, rejected: {} })).toEqual({ outcome: 'succeeded', code: null, reason: null, httpStatus: null });
  });

  it('is empty if a finite source had nobody', () => {
    expect(verdictOf(FINITE, COMPLETED, { fetched: 0, published: 0, rejected: {} })).toMatchObject({ outcome: 'empty', code: null });
  });

  it.each([
    ['an endless source gave nobody', ENDLESS, 0],
    ['nobody of an endless source is a user', ENDLESS, 20],
    ['nobody of a finite source is a user', FINITE, 20],
  ])('is a failure if %s', (_, plan, fetched) => {
    expect(verdictOf(plan, COMPLETED, { fetched, published: 0, rejected: {} })).toMatchObject({ outcome: 'failed', code: 'run.published-nothing' });
  });

  it('names why nothing of what was fetched became an event, the most frequent reason first', () => {
    const { reason } = verdictOf(ENDLESS, COMPLETED, { fetched: 40, published: 0, rejected: { 'field.blank': 2, 'bus.event-too-large': 38 } });
    expect(reason).toBe('none of the 40 records that the source gave became an event: 38 bus.event-too-large, 2 field.blank');
  });

  it.each([
    ['partial', 1],
    ['failed', 0],
  ])('is %s if the source stayed away after %i published users', (outcome, published) => {
    const error = new SourceUnavailableError('overloaded', 'HTTP 503', { httpStatus: 503 });
    expect(verdictOf(ENDLESS, { kind: 'gave-up', error }, { fetched: 9, published, rejected: {} })).toEqual({ outcome, code: error.code, reason: 'HTTP 503', httpStatus: 503 });
  });

  it('is a failure if the source refused, however much was published before', () => {
    const error = new SourceRefusedError('forbidden', 'HTTP 403', { httpStatus: 403 });
    expect(verdictOf(FINITE, { kind: 'failed', error }, { fetched: 9, published: 9, rejected: {} })).toMatchObject({ outcome: 'failed', code: error.code, httpStatus: 403 });
  });

  it('does not quote an error that nobody foresaw', () => {
    const verdict = verdictOf(ENDLESS, { kind: 'failed', error: new TypeError('ada@example.com') }, { fetched: 9, published: 9, rejected: {} });
    expect(verdict).toMatchObject({ outcome: 'failed', code: 'unexpected.TypeError', httpStatus: null });
    expect(JSON.stringify(verdict)).not.toContain('ada');
  });
});
