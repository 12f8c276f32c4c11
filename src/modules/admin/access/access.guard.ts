import { type IncomingMessage } from 'node:http';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ProblemException } from '../http/problem.js';
import { AccessPolicy } from './access-policy.js';
import { Access } from './access.decorator.js';
import { rememberCaller } from './caller.js';

/** Stands before every route of the process. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly policy: AccessPolicy,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const level = this.reflector.get(Access, context.getHandler());
    if (level === undefined) throw new ProblemException({ status: 403, code: 'access.undeclared', detail: 'This route does not say who may call it, so nobody may.' });
    const request = context.switchToHttp().getRequest<IncomingMessage>();
    rememberCaller(request, this.policy.admit(request, level));
    return true;
  }
}
