import { Inject, Injectable } from '@nestjs/common';
import { Journal, type Outcome } from '../../journal/index.js';
import { ADMIN_OPTIONS, type AdminOptions } from '../admin.options.js';
import { cursorAfter, idInCursor, UnknownCursorError, type Listed } from '../http/cursor.js';
import { type RunView } from './run.view.js';
import { idsNewestFirst, viewOfRunId } from './runs-of-journal.js';

export interface RunsPage {
  readonly cursor: string | null;
  readonly limit: number;
  /** Only runs that ended so; null for all. */
  readonly outcome: Outcome | null;
}

@Injectable()
export class ListRuns {
  constructor(
    private readonly journal: Journal,
    @Inject(ADMIN_OPTIONS) private readonly options: AdminOptions,
  ) {}

  /** Newest first. @throws UnknownCursorError */
  async execute({ cursor, limit, outcome }: RunsPage): Promise<Listed<RunView>> {
    await this.journal.ready();
    const state = this.journal.state();
    const ids = idsNewestFirst(state, this.options.pipeline);
    const views: RunView[] = [];
    for (const id of ids.slice(cursor === null ? 0 : placeAfter(ids, idInCursor(cursor)))) {
      const view = viewOfRunId(state, this.options.pipeline, id);
      if (view !== null && (outcome === null || view.outcome === outcome)) views.push(view);
      if (views.length > limit) break;
    }
    const items = views.slice(0, limit);
    const last = items.at(-1);
    return { items, next: last !== undefined && views.length > limit ? cursorAfter(last.id) : null };
  }
}

function placeAfter(ids: readonly string[], id: string): number {
  const place = ids.indexOf(id);
  if (place === -1) throw new UnknownCursorError();
  return place + 1;
}
