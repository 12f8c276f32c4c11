import { OPERATOR, type Caller } from '../../../../../src/modules/admin/access/caller.js';
import { DeadLettersController } from '../../../../../src/modules/admin/dead-letters/dead-letters.controller.js';
import { ProblemException } from '../../../../../src/modules/admin/http/problem.js';
import { type ListDeadLetters } from '../../../../../src/modules/processing/index.js';

const READER: Caller = { actor: 'reader', scopes: ['read'] };

describe('DeadLettersController', () => {
  const controller = new DeadLettersController({ execute: async () => ({ items: [], next: null }) } as unknown as ListDeadLetters);

  it('shows what events held to operators only', async () => {
    const refused = (await controller.list({ limit: 1, values: true }, READER).catch((error: unknown) => error)) as ProblemException;

    expect(refused).toBeInstanceOf(ProblemException);
    expect(refused.refusal).toMatchObject({ status: 403, code: 'access.scope' });
    expect(await controller.list({ limit: 1, values: true }, OPERATOR)).toEqual({ items: [], next: null });
  });

  it('shows places and reasons to readers', async () => {
    expect(await controller.list({ limit: 1, values: false }, READER)).toEqual({ items: [], next: null });
  });
});
