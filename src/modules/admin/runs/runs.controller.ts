import { type ServerResponse } from 'node:http';
import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { RequestRun } from '../../ingestion/index.js';
import { Access } from '../access/access.decorator.js';
import { CurrentCaller, type Caller } from '../access/caller.js';
import { byOf } from '../access/by.js';
import { Documented } from '../docs/documented.decorator.js';
import { type Listed } from '../http/cursor.js';
import { FindRun } from './find-run.js';
import { ListRuns } from './list-runs.js';
import { ListRunsQuery } from './list-runs.query.js';
import { RequestRunBody } from './request-run.body.js';
import { RunIdParam } from './run-id.param.js';
import { type RunView } from './run.view.js';

/** What was asked for, and the run that it will be. */
export interface RequestedRunView {
  readonly requestId: string;
  readonly runId: string;
}

@Controller('api/v1/runs')
export class RunsController {
  constructor(
    private readonly listRuns: ListRuns,
    private readonly findRun: FindRun,
    private readonly requestRun: RequestRun,
  ) {}

  @Get()
  @Access('read')
  @Documented({ summary: 'Runs, newest first', answers: 'RunList', problems: [400] })
  list(@Query() { cursor, limit, outcome }: ListRunsQuery): Promise<Listed<RunView>> {
    return this.listRuns.execute({ cursor: cursor ?? null, limit, outcome: outcome ?? null });
  }

  @Get(':id')
  @Access('read')
  @Documented({ summary: 'One run: its plan, its attempts, how far it is, how it ended', answers: 'Run', problems: [400, 404] })
  one(@Param() { id }: RunIdParam): Promise<RunView> {
    return this.findRun.execute(id.toLowerCase());
  }

  @Post()
  @HttpCode(202)
  @Access('operate')
  @Documented({ summary: 'Asks for a run now; whichever process has the role ingestion carries it out', answers: 'RequestedRun', status: 202, problems: [400, 413, 415, 422, 503] })
  async request(@Body() body: RequestRunBody, @CurrentCaller() caller: Caller, @Res({ passthrough: true }) response: ServerResponse): Promise<RequestedRunView> {
    const { requestId, runId } = await this.requestRun.execute(body.toRequest(), byOf(caller, body.reason));
    response.setHeader('Location', `/api/v1/runs/${runId}`);
    return { requestId, runId };
  }
}
