import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { codeOf, PipelineError } from '../../domain/errors.js';
import { Clock } from '../../ports/clock.port.js';
import { EventTopics } from '../../ports/event-topics.port.js';
import { retryWhileAway } from '../../ports/retry-while-away.js';
import { type UserSource } from '../../ports/user-source.port.js';
import { Heartbeats, Journal } from '../journal/index.js';
import { ChooseSource } from './choose-source.js';
import { type Attempt } from './claim-run.js';
import { IngestRequest } from './ingest-request.js';
import { IngestRun } from './ingest-run.js';
import { IngestSlot } from './ingest-slot.js';
import { IngestionActivity, type Lane } from './ingestion-activity.js';
import { INGESTION_OPTIONS } from './ingestion.module-definition.js';
import type { IngestionOptions } from './ingestion.options.js';
import { PLAN_FACTS, planFactsOf } from './plan-facts.js';
import { RequestContentOnce } from './request-content-once.js';
import { type Shutdown } from './shutdown.js';
import { Slots } from './slots.js';
import { TakeOverRuns } from './take-over-runs.js';

/** How long a stop waits for the page in hand before it gives that up too; the next attempt publishes it. */
const FINISH_WITHIN_MS = 2_500;

/** Keeps ingestion going from start to stop: two lanes beside each other, so that a request need not wait for a slot's end. */
@Injectable()
export class IngestionRunner implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Ingestion');
  private readonly stop = new AbortController();
  private readonly abandon = new AbortController();
  private readonly shutdown: Shutdown = { stopping: this.stop.signal, abandoning: this.abandon.signal };
  private work: Promise<void> = Promise.resolve();

  constructor(
    private readonly clock: Clock,
    private readonly topics: EventTopics,
    private readonly journal: Journal,
    private readonly heartbeats: Heartbeats,
    private readonly activity: IngestionActivity,
    private readonly chooseSource: ChooseSource,
    private readonly takeOver: TakeOverRuns,
    private readonly contentOnce: RequestContentOnce,
    private readonly slots: Slots,
    private readonly ingestSlot: IngestSlot,
    private readonly ingestRequest: IngestRequest,
    private readonly ingestRun: IngestRun,
    @Inject(INGESTION_OPTIONS) private readonly options: IngestionOptions,
  ) {}

  onModuleInit(): void {
    this.chooseSource.ask();
    this.heartbeats.contribute('ingestion', () => this.activity.vitals());
  }

  onApplicationBootstrap(): void {
    this.work = this.halting('ingestion', () => this.run());
  }

  /** Takes nothing new, finishes the page in hand, releases the claims. */
  async onModuleDestroy(): Promise<void> {
    this.stop.abort(new Error('ingestion is stopping'));
    const finished = new AbortController();
    const patience = this.clock.sleep(FINISH_WITHIN_MS, finished.signal).then(() => this.abandon.abort(new Error('ingestion has to stop now')));
    await this.work;
    finished.abort();
    await patience;
    this.logger.log('stopped');
  }

  private async run(): Promise<void> {
    const { stopping } = this.shutdown;
    await Promise.all([retryWhileAway(() => this.topics.ensure(this.options.topics), { clock: this.clock, signal: stopping }), this.journal.ready()]);
    const source = await this.chooseSource.execute(stopping);
    this.heartbeats.contribute(PLAN_FACTS, () => planFactsOf(this.options, source));
    const open = await this.takeOver.execute(stopping);
    await this.contentOnce.execute(source, stopping);
    this.activity.started(source.spec.name);
    this.logger.log(`started: ${this.options.mode}, from ${source.spec.name}`);
    await Promise.all([
      this.halting('the lane of slots', () => this.takeSlots(open.slots, source)),
      this.halting('the lane of requests', () => this.takeRequests(open.requests, source)),
    ]);
  }

  private async takeSlots(open: readonly Attempt[], source: UserSource): Promise<void> {
    await this.resume(open, 'slots');
    for await (const slot of this.slots.open(this.shutdown.stopping)) {
      await this.ingestSlot.execute(slot, source, this.shutdown);
    }
  }

  private async takeRequests(open: readonly Attempt[], source: UserSource): Promise<void> {
    await this.resume(open, 'requests');
    for (;;) {
      const { requested } = await this.journal.until((state) => state.requested.size > 0, this.shutdown.stopping);
      const [first] = requested.values();
      if (first !== undefined) await this.ingestRequest.execute(first, source, this.shutdown);
    }
  }

  private async resume(open: readonly Attempt[], lane: Lane): Promise<void> {
    for (const attempt of open) {
      if (this.stop.signal.aborted) return;
      await this.ingestRun.execute(attempt, lane, this.shutdown);
    }
  }

  /** What fails for good stops here: it is said, health tells it, and the process serves on. */
  private async halting(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.stop.signal.aborted) return;
      this.activity.halted(error);
      const detail = error instanceof PipelineError ? error.message : error instanceof Error ? error.stack : undefined;
      this.logger.error(`${what} has halted: ${codeOf(error)}`, detail);
    }
  }
}
