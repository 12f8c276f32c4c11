import { Reflector } from '@nestjs/core';

/** What a caller may do. */
export type Scope = 'read' | 'operate';

/** Who may call a route: anybody, who may read, or who may operate. */
export type AccessLevel = 'public' | Scope;

/** Declares who may call a route. Every route has its own declaration: one without is refused, whoever asks. */
export const Access = Reflector.createDecorator<AccessLevel>();
