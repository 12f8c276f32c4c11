import { type ServerResponse } from 'node:http';
import { Controller, Get, Res, ServiceUnavailableException } from '@nestjs/common';
import { HealthCheck, HealthCheckService, HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { HealthProbes, type Health } from '../../../ports/health-probe.port.js';
import { Access } from '../access/access.decorator.js';
import { CurrentCaller, type Caller } from '../access/caller.js';
import { Documented } from '../docs/documented.decorator.js';
import { isoTime } from '../http/time.js';

/** The decorator's own documentation would load swagger at start: see Documented. */
const WITHOUT_SWAGGER = { noCache: true, swaggerDocumentation: false };

@Controller('health')
export class HealthController {
  constructor(
    private readonly probes: HealthProbes,
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
  ) {}

  /** The process answers: nothing outside of it is asked, so that nobody restarts us because a database is away. */
  @Get('live')
  @Access('public')
  @Documented({ summary: 'Whether the process is alive, whatever is around it', answers: 'Alive' })
  live(): { readonly status: 'ok' } {
    return { status: 'ok' };
  }

  /** 503 while any component is down or the process is stopping. Messages and addresses are for who may read; codes are for everybody. */
  @Get('ready')
  @Access('public')
  @HealthCheck(WITHOUT_SWAGGER)
  @Documented({ summary: 'Whether every component can do its work, each with a reason code', answers: 'Readiness', problems: [503] })
  async ready(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) response: ServerResponse): Promise<object> {
    const inFull = caller.scopes.includes('read');
    try {
      return await this.health.check(this.probes.all.map((probe) => async () => this.indicatorOf(await probe.check(), inFull)));
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      response.statusCode = error.getStatus();
      return error.getResponse() as object;
    }
  }

  private indicatorOf({ name, status, code, reason, sinceMs, suggestion }: Health, inFull: boolean): HealthIndicatorResult {
    const said = { code, since: isoTime(sinceMs), ...(inFull ? { reason, suggestion } : {}) };
    const indicator = this.indicators.check(name);
    switch (status) {
      case 'up':
        return indicator.up(said);
      case 'degraded':
        return indicator.degraded(said);
      case 'down':
        return indicator.down(said);
    }
  }
}
