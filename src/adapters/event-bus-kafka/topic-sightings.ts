import { type Clock } from '../../ports/clock.port.js';

/** How long a topic that was seen on its leaders may still be news to some other broker, on a busy cluster. */
const NEWS_FOR_MS = 30_000;

/** Topics that some broker has shown to this process a moment ago: another one that knows nothing of it is behind, not right. */
export class TopicSightings {
  private readonly seenAt = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  saw(topic: string): void {
    this.seenAt.set(topic, this.clock.monotonic());
  }

  isNews(topic: string): boolean {
    const at = this.seenAt.get(topic);
    return at !== undefined && this.clock.monotonic() - at < NEWS_FOR_MS;
  }
}
