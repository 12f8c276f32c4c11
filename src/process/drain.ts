import { EXIT } from './exit-code.js';

/** The longest an orderly stop may take: work in hand ends, positions are committed, the group is left. */
const DRAIN_MS = 9_500;

export interface Drainable {
  close(): Promise<void>;
}

export interface DrainOptions {
  readonly say: (text: string) => void;
  readonly fail: (error: unknown) => void;
  /** Ends the process: `process.exit`, or a test's. */
  readonly exit: (code: number) => void;
}

/**
 * Ends the app once, whoever asks: the first call drains and exits with its code, a second signal ends the process at
 * once, and a drain that takes too long is ended too.
 */
export class Drain {
  private draining = false;

  constructor(
    private readonly app: Drainable,
    private readonly options: DrainOptions,
  ) {}

  onSignal(signal: NodeJS.Signals): void {
    if (this.draining) {
      this.options.say('stopped at once; what was in work comes again at the next start');
      this.options.exit(EXIT.unexpected);
      return;
    }
    this.options.say(`${signal}: finishing what is in work (again to stop at once)`);
    void this.drain(EXIT.clean);
  }

  /** Drains and exits with `code`, or with `unexpected` if it was to be a clean stop and was not. */
  async drain(code: number): Promise<void> {
    if (this.draining) return;
    this.draining = true;
    const timer = setTimeout(() => {
      this.options.fail(new Error(`not stopped within ${DRAIN_MS / 1_000} s: ended; what was in work comes again at the next start`));
      this.options.exit(code === EXIT.clean ? EXIT.unexpected : code);
    }, DRAIN_MS);
    timer.unref();
    try {
      await this.app.close();
      this.options.exit(code);
    } catch (error) {
      this.options.fail(error);
      this.options.exit(code === EXIT.clean ? EXIT.unexpected : code);
    }
  }
}
