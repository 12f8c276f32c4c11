import { type Clock } from '../../ports/clock.port.js';

/** How long a topic that one broker has named may still be news to another, on a busy cluster. */
const NEWS_FOR_MS = 30_000;
/** How long a broker is asked again that says that there is no such topic: longer while that is news. */
const PATIENCE_MS = 300;
const PATIENCE_WITH_NEWS_MS = 10_000;

/** Topics that some broker has shown to this process a moment ago: another one that knows nothing of it is behind, not right. */
export class TopicSightings {
  private readonly seenAt = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  saw(topic: string): void {
    this.seenAt.set(topic, this.clock.monotonic());
  }

  /** For how long not to believe that there is no such topic, milliseconds. */
  patienceMs(topic: string): number {
    const at = this.seenAt.get(topic);
    return at !== undefined && this.clock.monotonic() - at < NEWS_FOR_MS ? PATIENCE_WITH_NEWS_MS : PATIENCE_MS;
  }
}
