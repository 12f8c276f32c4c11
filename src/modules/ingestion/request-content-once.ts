import { Inject, Injectable } from '@nestjs/common';
import { isSameSource, type SourceSpec } from '../../domain/run.js';
import { type UserSource } from '../../ports/user-source.port.js';
import { Journal, type RunState } from '../journal/index.js';
import { INGESTION_OPTIONS } from './ingestion.module-definition.js';
import type { IngestionOptions } from './ingestion.options.js';

const OWN_SETTINGS = { count: null, windowMs: null, rate: null, seed: null };

/**
 * In manual mode, a finite source (a file) is run once by itself: if no run of its content has succeeded, none is open
 * and none is asked for, the instance asks for one as an operator would.
 */
@Injectable()
export class RequestContentOnce {
  constructor(
    private readonly journal: Journal,
    @Inject(INGESTION_OPTIONS) private readonly options: IngestionOptions,
  ) {}

  async execute(source: UserSource, signal: AbortSignal): Promise<void> {
    if (this.options.mode !== 'manual' || source.extent !== 'finite') return;
    const { runs, requested } = this.journal.state();
    const settled = [...runs.values()].some((run) => isSettled(run) && isSameContent(run.plan.source, source.spec));
    if (settled || requested.size > 0) return;
    const by = { actor: this.options.instanceId, reason: 'no run of this content has succeeded yet' };
    await this.journal.append({ type: 'run.requested', request: OWN_SETTINGS, by }, signal);
  }
}

function isSettled({ outcome, plan }: RunState): boolean {
  return outcome === null || (outcome === 'succeeded' && plan.count === null);
}

/** By its hash where the source gives one: a file that was moved is the same content, one that was changed is not. */
function isSameContent(a: SourceSpec, b: SourceSpec): boolean {
  const [hashOfA, hashOfB] = [a.parameters['sha256'], b.parameters['sha256']];
  if (hashOfA !== undefined || hashOfB !== undefined) return a.name === b.name && hashOfA === hashOfB;
  return isSameSource(a, b);
}
