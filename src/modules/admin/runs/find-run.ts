import { Inject, Injectable } from '@nestjs/common';
import { Journal } from '../../journal/index.js';
import { ADMIN_OPTIONS, type AdminOptions } from '../admin.options.js';
import { NotFoundError } from '../http/not-found.error.js';
import { type RunView } from './run.view.js';
import { viewOfRunId } from './runs-of-journal.js';

@Injectable()
export class FindRun {
  constructor(
    private readonly journal: Journal,
    @Inject(ADMIN_OPTIONS) private readonly options: AdminOptions,
  ) {}

  /** @throws NotFoundError */
  async execute(id: string): Promise<RunView> {
    await this.journal.ready();
    const view = viewOfRunId(this.journal.state(), this.options.pipeline, id);
    if (view === null) throw new NotFoundError('run');
    return view;
  }
}
