import { Injectable, RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { Access, type AccessLevel } from '../access/access.decorator.js';

/** A route of this process. */
export interface Route {
  /** Such as `GET`. */
  readonly method: string;
  /** Such as `/api/v1/users/:id`. */
  readonly path: string;
  readonly controller: Type;
  /** The name of the controller's method. */
  readonly name: string;
  /** What it declares; undefined where it declares nothing, and is refused. */
  readonly access: AccessLevel | undefined;
}

type Handler = (...args: never[]) => unknown;

/** The routes of all controllers of the process, as Nest sees them. */
@Injectable()
export class RouteTable {
  private known: readonly Route[] | undefined;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  get routes(): readonly Route[] {
    return (this.known ??= this.discovery.getControllers().flatMap((wrapper) => this.routesOf(wrapper.metatype as Type)));
  }

  /** The methods that an address takes; none where there is no such address. */
  methodsOf(path: string): readonly string[] {
    const methods = this.routes.filter((route) => matches(route.path, path)).map((route) => route.method);
    return [...new Set(methods.includes('GET') ? [...methods, 'HEAD'] : methods)].sort();
  }

  private routesOf(controller: Type): readonly Route[] {
    const prefix = this.reflector.get<string | undefined>(PATH_METADATA, controller) ?? '';
    const prototype = controller.prototype as Record<string, Handler>;
    return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      const method = handler && this.reflector.get<RequestMethod | undefined>(METHOD_METADATA, handler);
      if (handler === undefined || method === undefined) return [];
      const path = joined(prefix, this.reflector.get<string>(PATH_METADATA, handler));
      return [{ method: RequestMethod[method], path, controller, name, access: this.reflector.get(Access, handler) }];
    });
  }
}

function joined(prefix: string, path: string): string {
  return `/${[prefix, path].flatMap((part) => part.split('/')).filter((part) => part !== '').join('/')}`;
}

function matches(pattern: string, path: string): boolean {
  const wanted = pattern.replace(/\/$/, '').split('/');
  const given = path.replace(/\/$/, '').split('/');
  return wanted.length === given.length && wanted.every((part, index) => part === given[index] || (part.startsWith(':') && given[index] !== ''));
}
