import { Inject, Injectable, Optional } from '@nestjs/common';
import { type Registry } from 'prom-client';
import { PipelineError } from '../../../domain/errors.js';
import { HealthProbes } from '../../../ports/health-probe.port.js';
import { Heartbeats } from '../../journal/index.js';
import { ReadLedger, type Ledger } from '../../storage/index.js';
import { ADMIN_OPTIONS, type AdminOptions } from '../admin.options.js';
import { ingestionOf, processingOf } from '../vitals.js';
import { addIngestionMetrics } from './ingestion-metrics.js';
import { Instruments } from './instruments.js';
import { addPipelineMetrics } from './pipeline-metrics.js';
import { addProcessingMetrics } from './processing-metrics.js';

/**
 * Figures in Prometheus' text format, read when somebody asks for them: until then nothing is counted here, and
 * prom-client is not even loaded.
 */
@Injectable()
export class RenderMetrics {
  private registry: Promise<Registry> | undefined;
  private ledgerOfScrape: Promise<Ledger | null> | undefined;

  constructor(
    @Inject(ADMIN_OPTIONS) private readonly options: AdminOptions,
    private readonly heartbeats: Heartbeats,
    private readonly probes: HealthProbes,
    @Optional() private readonly readLedger?: ReadLedger,
  ) {}

  async execute(): Promise<string> {
    const registry = await (this.registry ??= this.build());
    this.ledgerOfScrape = undefined;
    return registry.metrics();
  }

  private async build(): Promise<Registry> {
    const prom = await import('prom-client');
    const registry = new prom.Registry();
    prom.collectDefaultMetrics({ register: registry });
    const instruments = new Instruments(prom, registry);
    this.addProcess(instruments);
    const { roles, api, topic, group } = this.options;
    if (roles.includes('ingestion')) addIngestionMetrics(instruments, () => ingestionOf(this.heartbeats.own()));
    if (roles.includes('processing')) addProcessingMetrics(instruments, () => processingOf(this.heartbeats.own()));
    if (api) addPipelineMetrics(instruments, { topic, group }, () => (this.ledgerOfScrape ??= this.ledger()));
    return registry;
  }

  private addProcess(instruments: Instruments): void {
    const { pipeline, version, roles } = this.options;
    instruments.gauge({
      name: 'userstream_info',
      help: 'Always 1; what runs here is in the labels.',
      labels: ['pipeline', 'version', 'roles'],
      read: () => [{ labels: { pipeline, version, roles: roles.join(',') }, value: 1 }],
    });
    instruments.gauge({
      name: 'userstream_component_up',
      help: '1 while the component can do its work, degraded ones included.',
      labels: ['component'],
      read: async () => (await Promise.all(this.probes.all.map((probe) => probe.check()))).map(({ name, status }) => ({ labels: { component: name }, value: status === 'down' ? 0 : 1 })),
    });
  }

  /** A log that is away must not take the other figures with it. */
  private async ledger(): Promise<Ledger | null> {
    try {
      return (await this.readLedger?.execute()) ?? null;
    } catch (error) {
      if (error instanceof PipelineError) return null;
      throw error;
    }
  }
}
