import { Controller, Get, Redirect } from '@nestjs/common';
import { Access } from '../access/access.decorator.js';

/** Who opens the address that the process names finds the docs. */
@Controller()
export class RootController {
  @Get()
  @Access('public')
  @Redirect('/docs', 302)
  toDocs(): void {
    // The redirect is the answer.
  }
}
