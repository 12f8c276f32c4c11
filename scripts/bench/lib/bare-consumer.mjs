import { join } from 'node:path';
import { until } from './app.mjs';
import { cpuSeconds, peakResidentMb } from './proc.mjs';

const LOOPS = join(import.meta.dirname, '..', 'loops');
const JOINED_WITHIN_MS = 30_000;

/** The process of a loop from Kafka to Cassandra that is not ours. */
export class BareConsumer {
  #child;
  #said = '';

  constructor(workplace, loop, options) {
    this.#child = workplace.node([join(LOOPS, `${loop}.mjs`), JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.stdout.on('data', (chunk) => (this.#said += chunk));
  }

  /** Resolves when it holds its partitions, paused. */
  async ready() {
    const hasJoined = () => {
      this.mustRun();
      return this.#said.startsWith('ready');
    };
    await until(hasJoined, JOINED_WITHIN_MS, () => 'the bare loop did not join its group');
  }

  go() {
    this.#child.stdin.write('go\n');
  }

  /** Null where the system does not say. */
  cpuSeconds() {
    return cpuSeconds(this.#child.pid);
  }

  /** The same. */
  peakResidentMb() {
    return peakResidentMb(this.#child.pid);
  }

  /** @throws Error - the process has ended by itself. */
  mustRun() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) throw new Error('the bare loop from Kafka to Cassandra has ended by itself');
  }

  async stop() {
    this.mustRun();
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.stdin.end();
    const code = await ended;
    if (code !== 0) throw new Error(`the bare loop from Kafka to Cassandra ended with ${code ?? 'a signal'}`);
  }
}
