const EVERY_MS = 200;

/** Looks again and again, from the moment it is made. A look that fails ends nothing: the next one tells what has moved meanwhile. */
export class RepeatedLook {
  private readonly stopping = new AbortController();
  private readonly looking: Promise<void>;

  constructor(private readonly look: () => Promise<void>) {
    this.looking = this.lookAgain();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.looking;
  }

  private async lookAgain(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      await this.look().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  }
}
