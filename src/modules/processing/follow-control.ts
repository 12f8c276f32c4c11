import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { type Subscription } from 'rxjs';
import { EventConsumer } from '../../ports/event-consumer.port.js';
import { Journal, type ProcessingControl } from '../journal/index.js';

/** Keeps this process's consumer as the journal says: paused, or going on. */
@Injectable()
export class FollowControl implements OnModuleDestroy {
  private readonly logger = new Logger('Processing');
  private subscription: Subscription | null = null;
  private followed: ProcessingControl | null = null;
  /** What has been asked of the consumer so far, one after the other. */
  private asked: Promise<void> = Promise.resolve();

  constructor(
    private readonly consumer: EventConsumer,
    private readonly journal: Journal,
  ) {}

  /**
   * Resolves once the journal is folded up to its end at start and the consumer is paused if it says so: nothing may be
   * consumed before. From then on it follows every change.
   */
  async start(): Promise<void> {
    await this.journal.ready();
    const { processing } = this.journal.state();
    this.followed = processing;
    if (processing.paused) this.ask(processing);
    this.subscription = this.journal.changes().subscribe((state) => this.follow(state.processing));
    await this.asked;
  }

  onModuleDestroy(): void {
    this.subscription?.unsubscribe();
  }

  /** The state of processing is a new object after each fact about it, and the same one after all other facts. */
  private follow(control: ProcessingControl): void {
    if (control === this.followed) return;
    this.followed = control;
    this.ask(control);
  }

  private ask(control: ProcessingControl): void {
    this.asked = this.asked.then(() => this.apply(control)).catch((error: unknown) => this.logger.error('the consumer did not follow the journal', error instanceof Error ? error.stack : undefined));
  }

  private async apply({ paused, code, by }: ProcessingControl): Promise<void> {
    const said = by === null ? '' : ` by ${by.actor}${by.reason === null ? '' : `: ${by.reason}`}`;
    if (paused) {
      await this.consumer.pause();
      this.logger.warn(`paused (${code ?? 'operator'})${said}`);
    } else {
      await this.consumer.resume();
      this.logger.log(`resumed${said}`);
    }
  }
}
