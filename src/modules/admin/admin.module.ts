import { Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, DiscoveryModule } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { AccessGuard } from './access/access.guard.js';
import { AccessPolicy } from './access/access-policy.js';
import { FailedAttempts } from './access/failed-attempts.js';
import { ConfigurableAdminModule } from './admin.options.js';
import { DeadLettersController } from './dead-letters/dead-letters.controller.js';
import { ApiDocument } from './docs/api-document.js';
import { DocsController } from './docs/docs.controller.js';
import { RootController } from './docs/root.controller.js';
import { HealthController } from './health/health.controller.js';
import { AnswerWithin } from './http/answer-within.interceptor.js';
import { ProblemFilter } from './http/problem.filter.js';
import { RouteTable } from './http/route-table.js';
import { RequestValidationPipe } from './http/validation.js';
import { LedgerController } from './ledger/ledger.controller.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { RenderMetrics } from './metrics/render-metrics.js';
import { ProcessingController } from './processing/processing.controller.js';
import { FindRun } from './runs/find-run.js';
import { ListRuns } from './runs/list-runs.js';
import { RunsController } from './runs/runs.controller.js';
import { ReadStatus } from './status/read-status.js';
import { StatusController } from './status/status.controller.js';
import { UsersController } from './users/users.controller.js';

const API_CONTROLLERS: Type[] = [StatusController, UsersController, RunsController, ProcessingController, DeadLettersController, LedgerController, DocsController, RootController];
const API_PROVIDERS: Provider[] = [ReadStatus, ListRuns, FindRun];

/**
 * HTTP: health and metrics in every process, the API and its docs where the role admin is. Importing it is what secures
 * the process's routes: guard, validation and error pages stand before all controllers of the application. Needs the
 * ports Clock and HealthProbes and the journal, all global, and with `api` the doors that its options name.
 */
@Module({
  imports: [DiscoveryModule, TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController, MetricsController],
  providers: [
    AccessPolicy,
    FailedAttempts,
    RouteTable,
    RenderMetrics,
    ApiDocument,
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_PIPE, useClass: RequestValidationPipe },
    { provide: APP_INTERCEPTOR, useClass: AnswerWithin },
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
  exports: [ApiDocument, RouteTable],
})
export class AdminModule extends ConfigurableAdminModule {
  static override register(options: Parameters<typeof ConfigurableAdminModule.register>[0]): DynamicModule {
    const module = super.register(options);
    if (!options.api) return module;
    return { ...module, controllers: API_CONTROLLERS, providers: [...(module.providers ?? []), ...API_PROVIDERS] };
  }
}
