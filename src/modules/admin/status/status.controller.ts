import { Controller, Get } from '@nestjs/common';
import { Access } from '../access/access.decorator.js';
import { Documented } from '../docs/documented.decorator.js';
import { ReadStatus } from './read-status.js';
import { type StatusView } from './status.view.js';

@Controller('api/v1/status')
export class StatusController {
  constructor(private readonly readStatus: ReadStatus) {}

  @Get()
  @Access('read')
  @Documented({ summary: 'The pipeline on one page: instances, rates, lag, ledger, runs, and what blocks', answers: 'Status' })
  read(): Promise<StatusView> {
    return this.readStatus.execute();
  }
}
