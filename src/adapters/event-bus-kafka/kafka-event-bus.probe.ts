import { codeOf, type PipelineError } from '../../domain/errors.js';
import { HealthProbe, type Health } from '../../ports/health-probe.port.js';
import { type KafkaClient } from './kafka-client.js';
import { KafkaFetcher } from './kafka-fetcher.js';

const ANSWERS_WITHIN_MS = 700;

/**
 * Says how the cluster is: whether a broker answers now, and what work of the last minute has met and not got over,
 * such as a permission that is missing. All of it is `down`: without the log nothing goes on.
 */
export class KafkaEventBusProbe extends HealthProbe {
  private readonly fetcher: KafkaFetcher;
  private code: string | null = null;
  private sinceMs: number;
  private reaching: Promise<void> | null = null;

  constructor(private readonly client: KafkaClient) {
    super();
    this.fetcher = new KafkaFetcher(client);
    this.sinceMs = client.clock.now();
  }

  async check(): Promise<Health> {
    await this.reachABroker();
    const fault = this.client.faults.worst();
    const code = fault === null ? null : codeOf(fault);
    if (code !== this.code) {
      this.code = code;
      this.sinceMs = this.client.clock.now();
    }
    return { name: 'event-bus', ...finding(fault), sinceMs: this.sinceMs };
  }

  /** One question at a time; what comes of one that takes long shows at a later check. */
  private async reachABroker(): Promise<void> {
    this.reaching ??= this.client
      .tracking(REACHING, () => this.fetcher.reach())
      .then(() => this.client.faults.reached(), () => undefined)
      .finally(() => (this.reaching = null));
    const answered = new AbortController();
    await Promise.race([this.reaching, this.client.clock.sleep(ANSWERS_WITHIN_MS, answered.signal)]);
    answered.abort();
  }
}

const REACHING = 'reach a broker';

function finding(fault: PipelineError | null): Omit<Health, 'name' | 'sinceMs'> {
  if (fault === null) return { status: 'up', code: null, reason: null, suggestion: null };
  return { status: 'down', code: fault.code, reason: fault.message, suggestion: fault.remedy ?? null };
}
