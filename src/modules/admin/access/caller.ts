import { type IncomingMessage } from 'node:http';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type Scope } from './access.decorator.js';

/** Who is asking, and what they may do. */
export interface Caller {
  /** The name that the journal gets for what they do; null for somebody unknown. */
  readonly actor: string | null;
  readonly scopes: readonly Scope[];
}

export const ANONYMOUS: Caller = { actor: null, scopes: [] };
export const OPERATOR: Caller = { actor: 'operator', scopes: ['read', 'operate'] };

const callers = new WeakMap<IncomingMessage, Caller>();

/** Remembered by the guard, for the length of the request. */
export function rememberCaller(request: IncomingMessage, caller: Caller): void {
  callers.set(request, caller);
}

export function callerOf(request: IncomingMessage): Caller {
  return callers.get(request) ?? ANONYMOUS;
}

/** The caller, as a handler's argument. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller =>
  callerOf(context.switchToHttp().getRequest<IncomingMessage>()),
);
