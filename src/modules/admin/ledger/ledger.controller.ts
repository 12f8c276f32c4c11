import { Controller, Get } from '@nestjs/common';
import { ReadLedger, type Ledger } from '../../storage/index.js';
import { Access } from '../access/access.decorator.js';
import { Documented } from '../docs/documented.decorator.js';

@Controller('api/v1/ledger')
export class LedgerController {
  constructor(private readonly readLedger: ReadLedger) {}

  @Get()
  @Access('read')
  @Documented({ summary: 'Where every event is: stored, dead, skipped, in flight or expired, by partition', answers: 'Ledger', problems: [503] })
  read(): Promise<Ledger> {
    return this.readLedger.execute();
  }
}
