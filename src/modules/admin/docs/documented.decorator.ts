import { Reflector } from '@nestjs/core';
import type { SchemaName } from './schemas.js';

/** What the docs say of a route, in plain values: `@nestjs/swagger` takes a third of a second to load, so only who opens the docs loads it. */
export interface RouteDocument {
  readonly summary: string;
  /** What it answers when all is well; `text` for plain text. */
  readonly answers: SchemaName | 'text';
  /** Whether that is 200 (the default) or another status. */
  readonly status?: number;
  /** The statuses of its problems, besides those that every route has. */
  readonly problems?: readonly number[];
}

export const Documented = Reflector.createDecorator<RouteDocument>();
