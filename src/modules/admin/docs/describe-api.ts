import { STATUS_CODES } from 'node:http';
import { type INestApplication } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiResponse, ApiSecurity, ApiTags, DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { type Route } from '../http/route-table.js';
import { Documented, type RouteDocument } from './documented.decorator.js';
import { describeRequests } from './describe-requests.js';
import { schemas } from './schemas.js';

const KEY_SCHEMES = ['key', 'header'] as const;

/**
 * The OpenAPI document. What `@Documented` says of the routes becomes swagger's own metadata here, so that loading this
 * file is what loads swagger.
 */
export function describeApi(app: INestApplication, routes: readonly Route[]): object {
  describeRequests();
  for (const route of routes) describeRoute(route);
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Userstream')
    .setDescription('Streams people from a source into a durable log and from the log into a table. Errors are problem details (RFC 9457).')
    .setVersion('1')
    .addSecurity('key', { type: 'http', scheme: 'bearer', description: 'ADMIN_API_KEY' })
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-Api-Key', description: 'ADMIN_API_KEY' }, 'header')
    .build();
  const document = SwaggerModule.createDocument(app, config);
  return { ...document, components: { ...document.components, schemas: { ...document.components?.schemas, ...schemas } } };
}

function describeRoute({ controller, name, path, access }: Route): void {
  const prototype = controller.prototype as Record<string, unknown>;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor;
  const document = Reflect.getMetadata(Documented.KEY, descriptor.value as object) as RouteDocument | undefined;
  const decorators =
    document === undefined
      ? [ApiExcludeEndpoint()]
      : [
          ApiTags(tagOf(path)),
          ApiOperation({ summary: document.summary }),
          answerOf(document),
          ...[...(document.problems ?? []), ...problemsOfAccess(access)].sort().map((status) => problemOf(status, document)),
          ...(access === 'public' ? [] : KEY_SCHEMES.map((scheme) => ApiSecurity(scheme))),
        ];
  for (const decorate of decorators) decorate(prototype, name, descriptor);
}

/** `/api/v1/users/:id` belongs to `users`. */
function tagOf(path: string): string {
  return path.replace('/api/v1', '').split('/')[1] ?? '';
}

function problemsOfAccess(access: Route['access']): readonly number[] {
  return access === 'public' ? [] : [401, 403, 429];
}

function answerOf({ answers, status = 200 }: RouteDocument): MethodDecorator {
  const description = STATUS_CODES[status] ?? '';
  if (answers === 'text') return ApiResponse({ status, description, content: { 'text/plain': { schema: { type: 'string' } } } });
  return ApiResponse({ status, description, content: { 'application/json': { schema: { $ref: `#/components/schemas/${answers}` } } } });
}

/** What isn't ready says so in the same shape as what is. */
function problemOf(status: number, { answers }: RouteDocument): MethodDecorator {
  const description = STATUS_CODES[status] ?? '';
  if (answers === 'Readiness') return ApiResponse({ status, description, content: { 'application/json': { schema: { $ref: '#/components/schemas/Readiness' } } } });
  return ApiResponse({ status, description, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } });
}
