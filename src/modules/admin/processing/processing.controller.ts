import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { PauseProcessing, ResumeProcessing } from '../../processing/index.js';
import { Access } from '../access/access.decorator.js';
import { byOf } from '../access/by.js';
import { CurrentCaller, type Caller } from '../access/caller.js';
import { Documented } from '../docs/documented.decorator.js';
import { ReasonBody } from '../http/reason.body.js';
import { viewOfControl, type ControlView } from './control.view.js';

/** Steers all processes with the role processing, through the journal; each of them follows as soon as it reads it. */
@Controller('api/v1/processing')
export class ProcessingController {
  constructor(
    private readonly pauseProcessing: PauseProcessing,
    private readonly resumeProcessing: ResumeProcessing,
  ) {}

  @Post('pause')
  @HttpCode(200)
  @Access('operate')
  @Documented({ summary: 'Pauses processing, everywhere, until it is resumed; pausing twice is pausing once', answers: 'ProcessingControl', problems: [400, 413, 415, 503] })
  async pause(@Body() { reason }: ReasonBody, @CurrentCaller() caller: Caller): Promise<ControlView> {
    return viewOfControl(await this.pauseProcessing.execute(byOf(caller, reason)));
  }

  @Post('resume')
  @HttpCode(200)
  @Access('operate')
  @Documented({ summary: 'Lets processing go on, and gives halted partitions another try', answers: 'ProcessingControl', problems: [400, 413, 415, 503] })
  async resume(@Body() { reason }: ReasonBody, @CurrentCaller() caller: Caller): Promise<ControlView> {
    return viewOfControl(await this.resumeProcessing.execute(byOf(caller, reason)));
  }
}
