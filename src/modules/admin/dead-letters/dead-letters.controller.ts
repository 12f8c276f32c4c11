import { Controller, Get, Query } from '@nestjs/common';
import { ListDeadLetters } from '../../processing/index.js';
import { Access } from '../access/access.decorator.js';
import { CurrentCaller, type Caller } from '../access/caller.js';
import { Documented } from '../docs/documented.decorator.js';
import { type Listed } from '../http/cursor.js';
import { ProblemException } from '../http/problem.js';
import { viewOfDeadLetter, type DeadLetterView } from './dead-letter.view.js';
import { ListDeadLettersQuery } from './list-dead-letters.query.js';

@Controller('api/v1/dead-letters')
export class DeadLettersController {
  constructor(private readonly listDeadLetters: ListDeadLetters) {}

  @Get()
  @Access('read')
  @Documented({ summary: 'Events that can never be stored, newest first: where they lay and why; with `values`, what they held', answers: 'DeadLetterList', problems: [400, 503] })
  async list(@Query() { cursor, limit, values }: ListDeadLettersQuery, @CurrentCaller() caller: Caller): Promise<Listed<DeadLetterView>> {
    if (values && !caller.scopes.includes('operate')) {
      throw new ProblemException({ status: 403, code: 'access.scope', detail: 'What events held is shown with the scope operate only.' });
    }
    const { items, next } = await this.listDeadLetters.execute({ cursor: cursor ?? null, limit, values });
    return { items: items.map((item) => viewOfDeadLetter(item, values)), next };
  }
}
