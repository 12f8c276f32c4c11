/** Pieces of work that follow each other: one begins when the one before has ended, however it ended. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  get isFree(): boolean {
    return this.waiting === 0;
  }

  /** As `work` does, in its turn. */
  take(work: () => Promise<void>): Promise<void> {
    this.waiting += 1;
    const turn = this.last.then(work).finally(() => (this.waiting -= 1));
    this.last = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves when everything that has been asked for has ended. */
  async allEnded(): Promise<void> {
    await this.last;
  }
}
