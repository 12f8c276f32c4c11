import request from 'supertest';
import { RouteTable } from '../../src/modules/admin/http/route-table.js';
import { schemas } from '../../src/modules/admin/docs/schemas.js';
import { closeHttp, openHttp } from '../support/http-application.js';

interface Operation {
  readonly summary?: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, unknown>>;
  readonly security?: readonly unknown[];
}
interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

const KEY = 'a-key-of-the-test-0123456789';
let url: string;
let document: OpenApi;
let routes: RouteTable['routes'];

beforeAll(async () => {
  const { app, url: at } = await openHttp({ options: { host: '0.0.0.0', apiKey: KEY } });
  url = at;
  routes = app.get(RouteTable).routes;
  document = (await request(url).get('/docs/openapi.json').expect(200)).body as OpenApi;
});
afterAll(closeHttp);

const operationOf = (method: string, path: string) => document.paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];

describe('the OpenAPI document', () => {
  it('lists every route, with its summary and its answers', () => {
    const described = routes.filter(({ path }) => path !== '/' && !path.startsWith('/docs'));

    expect(document.openapi).toBe('3.1.0');
    expect(described.filter(({ method, path }) => !operationOf(method, path)?.summary)).toEqual([]);
    expect(described.filter(({ method, path }) => !Object.keys(operationOf(method, path)?.responses ?? {}).some((status) => status.startsWith('2')))).toEqual([]);
  });

  it('lists nothing that is not there', () => {
    const listed = Object.entries(document.paths).flatMap(([path, operations]) => Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`));
    const there = routes.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);

    expect(listed.filter((route) => !there.includes(route))).toEqual([]);
  });

  it('says which routes take the key', () => {
    const described = routes.filter(({ path }) => path !== '/' && !path.startsWith('/docs'));

    expect(described.filter(({ method, path, access }) => (operationOf(method, path)?.security !== undefined) !== (access !== 'public'))).toEqual([]);
    expect(operationOf('GET', '/api/v1/users')?.responses).toHaveProperty('401');
  });

  it('describes parameters and bodies', () => {
    expect(operationOf('GET', '/api/v1/users')?.parameters?.map(({ name }) => name).sort()).toEqual(['cursor', 'email', 'limit']);
    expect(operationOf('GET', '/api/v1/runs/:id')?.parameters).toMatchObject([{ name: 'id', in: 'path', required: true }]);
    expect(JSON.stringify(operationOf('POST', '/api/v1/runs')?.requestBody)).toContain('RequestRunBody');
    expect(Object.keys((document.components.schemas['RequestRunBody'] as { properties: object }).properties).sort()).toEqual(['count', 'rate', 'reason', 'seed', 'window']);
  });

  it('promises no JWT', () => {
    expect(JSON.stringify(document)).not.toContain('JWT');
  });

  it('refers to schemas that it has', () => {
    const referred = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name ?? '');

    expect(referred.filter((name) => !(name in document.components.schemas))).toEqual([]);
    expect(Object.keys(schemas).filter((name) => !referred.includes(name))).toEqual([]);
  });
});

describe('/', () => {
  it('leads to the docs, without a key', async () => {
    const { headers } = await request(url).get('/').expect(302);

    expect(headers['location']).toBe('/docs');
    expect((await request(url).post('/').expect(405)).headers['allow']).toBe('GET, HEAD');
  });
});

describe('/docs', () => {
  it('is a page with nothing inline and nothing from elsewhere, as its policy demands', async () => {
    const { text, headers } = await request(url).get('/docs').expect(200);

    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(text).not.toMatch(/https?:\/\//);
    expect(text).not.toMatch(/<script>|<style|\son\w+=/);
    expect(headers['content-security-policy']).toContain("default-src 'self'");
    expect(headers['content-security-policy']).not.toMatch(/upgrade-insecure-requests|script-src[^;]*unsafe/);
  });

  it('serves every file that its page asks for', async () => {
    const { text } = await request(url).get('/docs');
    const files = [...text.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, path]) => path ?? '');

    const answers = await Promise.all(files.map((path) => request(url).get(path)));

    expect(answers.map(({ status }) => status)).toEqual(files.map(() => 200));
    expect(answers.map(({ headers }) => headers['content-type'] as string).filter((type) => !/css|javascript|png/.test(type))).toEqual([]);
  });

  it('serves no other file of that folder', async () => {
    await request(url).get('/docs/package.json').expect(404);
    await request(url).get('/docs/constructor').expect(404);
  });
});
