import { type Registry } from 'prom-client';
import type * as PromClient from 'prom-client';

export type Labels = Readonly<Record<string, string | number>>;
export interface Sample {
  readonly labels?: Labels;
  readonly value: number;
}

interface Instrument {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  /** Read at every scrape; nothing is kept in between, so what is gone is gone. */
  readonly read: () => readonly Sample[] | Promise<readonly Sample[]>;
}

/** Adds figures that others count to a registry. */
export class Instruments {
  constructor(
    private readonly prom: typeof PromClient,
    private readonly registry: Registry,
  ) {}

  /** A figure that only grows while the process lives; its name ends in `_total`. */
  counter({ name, help, labels = [], read }: Instrument): void {
    new this.prom.Counter({
      name,
      help,
      labelNames: [...labels],
      registers: [this.registry],
      async collect() {
        const samples = await read();
        this.reset();
        for (const sample of samples) this.inc({ ...sample.labels }, sample.value);
      },
    });
  }

  /** A figure that goes up and down. */
  gauge({ name, help, labels = [], read }: Instrument): void {
    new this.prom.Gauge({
      name,
      help,
      labelNames: [...labels],
      registers: [this.registry],
      async collect() {
        const samples = await read();
        this.reset();
        for (const sample of samples) this.set({ ...sample.labels }, sample.value);
      },
    });
  }
}
