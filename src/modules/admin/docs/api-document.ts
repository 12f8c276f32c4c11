import { type INestApplication, Injectable } from '@nestjs/common';
import { RouteTable } from '../http/route-table.js';

/** The OpenAPI document of the application, made once, when it is first asked for. */
@Injectable()
export class ApiDocument {
  private app: INestApplication | undefined;
  private document: Promise<object> | undefined;

  constructor(private readonly routes: RouteTable) {}

  of(app: INestApplication): void {
    this.app = app;
  }

  read(): Promise<object> {
    return (this.document ??= this.build());
  }

  private async build(): Promise<object> {
    if (this.app === undefined) throw new Error('setUpDocs was not called for this application');
    const { describeApi } = await import('./describe-api.js');
    return describeApi(this.app, this.routes.routes);
  }
}
