import { Inject, Injectable, Logger } from '@nestjs/common';
import { isSameSource, type SourceSpec } from '../../domain/run.js';
import { Clock } from '../../ports/clock.port.js';
import { UserSources, type UserSource } from '../../ports/user-source.port.js';
import { Journal } from '../journal/index.js';
import { INGESTION_OPTIONS } from './ingestion.module-definition.js';
import type { IngestionOptions, SourceChoice } from './ingestion.options.js';

type AutoChoice = Extract<SourceChoice, { kind: 'auto' }>;

const ANSWER_WITHIN_MS = 700;

/** Settles where people come from: what was named, else what the journal says was chosen once, else what answers now. */
@Injectable()
export class ChooseSource {
  private readonly logger = new Logger('Ingestion');
  private answer: Promise<boolean> | null = null;

  constructor(
    private readonly journal: Journal,
    private readonly sources: UserSources,
    private readonly clock: Clock,
    @Inject(INGESTION_OPTIONS) private readonly options: IngestionOptions,
  ) {}

  /** Asks the preferred source whether it answers, ahead of need: the answer comes while the journal is being folded. */
  ask(): void {
    const { source } = this.options;
    if (source.kind === 'auto') this.answer ??= this.reaches(source);
  }

  /**
   * Needs a journal that is folded. A choice that is made here is journalled, holds for ever after, and is said: which
   * source it is, not what is taken of it, so a change of its parameters is journalled and followed.
   * @throws SourceRefusedError - this process has no such source.
   */
  async execute(signal: AbortSignal): Promise<UserSource> {
    const { source } = this.options;
    const spec = source.kind === 'fixed' ? source.spec : await this.chosen(source, signal);
    return this.sources.open(spec);
  }

  private async chosen(choice: AutoChoice, signal: AbortSignal): Promise<SourceSpec> {
    const before = this.journal.state().source;
    if (before !== null) {
      const source = [choice.preferred, choice.fallback].find(({ name }) => name === before.spec.name) ?? before.spec;
      if (!isSameSource(source, before.spec)) await this.journal.append({ type: 'source.chosen', source, reason: before.reason }, signal);
      this.say(choice, source);
      return source;
    }
    this.ask();
    const answers = (await this.answer) === true;
    const source = answers ? choice.preferred : choice.fallback;
    const reason = answers ? `${choice.preferred.name} answered` : `${choice.preferred.name} did not answer within ${ANSWER_WITHIN_MS} ms`;
    await this.journal.append({ type: 'source.chosen', source, reason }, signal);
    const spec = this.journal.state().source?.spec ?? source;
    this.say(choice, spec);
    return spec;
  }

  private say({ preferred }: AutoChoice, chosen: SourceSpec): void {
    if (chosen.name === preferred.name) {
      this.logger.log(`people come from ${chosen.name}; that was chosen for this data folder and stays`);
      return;
    }
    this.logger.warn(`THESE PEOPLE ARE INVENTED: ${preferred.name} could not be reached when this data folder began, so they come from ${chosen.name}, and will go on to.`);
    this.logger.warn(`To stream from ${preferred.name}, set USER_SOURCE=${preferred.name}.`);
  }

  private async reaches({ reachable }: AutoChoice): Promise<boolean> {
    const asked = new AbortController();
    try {
      const tooLate = this.clock.sleep(ANSWER_WITHIN_MS, asked.signal).then(() => false);
      return await Promise.race([reachable(asked.signal), tooLate]);
    } catch {
      return false;
    } finally {
      asked.abort(new Error('answered, or too late'));
    }
  }
}
