import { Controller, Get, Header } from '@nestjs/common';
import { Access } from '../access/access.decorator.js';
import { Documented } from '../docs/documented.decorator.js';
import { RenderMetrics } from './render-metrics.js';

/** The content type of Prometheus' text format. */
const PROMETHEUS_TEXT = 'text/plain; version=0.0.4; charset=utf-8';

@Controller('metrics')
export class MetricsController {
  constructor(private readonly renderMetrics: RenderMetrics) {}

  /** Figures and fixed words only: nothing that names a person or a machine. */
  @Get()
  @Access('public')
  @Header('Content-Type', PROMETHEUS_TEXT)
  @Documented({ summary: 'The figures of this process, and of the pipeline where the role admin is, for Prometheus', answers: 'text' })
  read(): Promise<string> {
    return this.renderMetrics.execute();
  }
}
