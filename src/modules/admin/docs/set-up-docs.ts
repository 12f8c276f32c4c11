import { type INestApplication } from '@nestjs/common';
import { ApiDocument } from './api-document.js';

/** Lets `/docs` describe this application. Nothing is built, or even loaded, before somebody opens it. */
export function setUpDocs(app: INestApplication): void {
  app.get(ApiDocument, { strict: false }).of(app);
}
