import { Controller, Get } from '@nestjs/common';
import request from 'supertest';
import { RouteTable } from '../../src/modules/admin/http/route-table.js';
import { answerTo, closeHttp, healthOf, openHttp } from '../support/http-application.js';

const KEY = 'a-key-of-the-test-0123456789';
const withKey = { options: { host: '0.0.0.0', apiKey: KEY } };

afterEach(closeHttp);

describe('with a key', () => {
  it.each([
    ['Authorization', `Bearer ${KEY}`],
    ['Authorization', `bearer ${KEY}`],
    ['X-Api-Key', KEY],
  ])('admits who brings it in %s', async (header, value) => {
    const { url } = await openHttp(withKey);

    await request(url).get('/api/v1/runs').set(header, value).expect(200);
  });

  it.each([
    ['another one', { Authorization: 'Bearer another' }],
    ['a longer one', { Authorization: `Bearer ${KEY}0` }],
    ['its beginning', { 'X-Api-Key': KEY.slice(0, -1) }],
    ['an empty one', { 'X-Api-Key': '' }],
    ['another scheme', { Authorization: `Basic ${Buffer.from(`admin:${KEY}`).toString('base64')}` }],
    ['none', {}],
  ])('refuses who brings %s', async (_, headers) => {
    const { url } = await openHttp(withKey);

    const answer = await request(url).get('/api/v1/runs').set(headers).expect(401);

    expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.text).not.toContain(KEY);
  });

  it('does not take it out of the address', async () => {
    const { url } = await openHttp(withKey);

    await request(url).get('/api/v1/ledger').query({ key: KEY, api_key: KEY, access_token: KEY }).expect(401);
  });

  it('needs no name of this machine, nor the same origin', async () => {
    const { url } = await openHttp(withKey);

    await request(url).get('/api/v1/runs').set({ 'X-Api-Key': KEY, Host: 'users.example.com', Origin: 'https://elsewhere.example' }).expect(200);
  });

  it('asks for it on loopback too', async () => {
    const { url } = await openHttp({ options: { host: '127.0.0.1', apiKey: KEY } });

    await request(url).get('/api/v1/runs').expect(401);
  });

  it('lets an address fail ten times a minute, and then says how long to wait', async () => {
    const { url } = await openHttp(withKey);
    for (let attempt = 0; attempt < 10; attempt += 1) await request(url).get('/api/v1/runs').set('X-Api-Key', `guess ${attempt}`).expect(401);

    const answer = await request(url).get('/api/v1/runs').set('X-Api-Key', 'one more').expect(429);

    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect(answer.body).toMatchObject({ status: 429, code: 'auth.too-many-failures' });
  });

  it('lets nobody on at an address that failed too often, so that a right guess is not told from a wrong one', async () => {
    const { url } = await openHttp(withKey);
    for (let attempt = 0; attempt < 10; attempt += 1) await request(url).get('/api/v1/runs').set('X-Api-Key', `guess ${attempt}`).expect(401);

    const right = await request(url).get('/api/v1/runs').set('X-Api-Key', KEY).expect(429);

    expect(Number(right.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('never holds up who has it', async () => {
    const { url } = await openHttp(withKey);
    for (let attempt = 0; attempt < 9; attempt += 1) await request(url).get('/api/v1/runs').set('X-Api-Key', 'wrong').expect(401);

    for (let attempt = 0; attempt < 30; attempt += 1) await request(url).get('/api/v1/runs').set('X-Api-Key', KEY).expect(200);
  });

  it('counts a wrong one where none is needed too, but refuses nobody there', async () => {
    const { url } = await openHttp(withKey);
    for (let attempt = 0; attempt < 9; attempt += 1) await request(url).get('/health/ready').set('X-Api-Key', `guess ${attempt}`).expect(200);
    await request(url).get('/api/v1/runs').set('X-Api-Key', KEY).expect(200);

    for (let attempt = 9; attempt < 12; attempt += 1) await request(url).get('/health/ready').set('X-Api-Key', `guess ${attempt}`).expect(200);

    await request(url).get('/api/v1/runs').set('X-Api-Key', KEY).expect(429);
  });

  it.each([
    ['none', {}],
    ['an empty one', { 'X-Api-Key': '' }],
    ['another scheme', { Authorization: 'Basic cHJvYmU6cHJvYmU=' }],
  ])('counts nothing for who brings %s where none is needed', async (_, headers) => {
    const { url } = await openHttp(withKey);
    for (let attempt = 0; attempt < 12; attempt += 1) await request(url).get('/health/ready').set(headers).expect(200);

    await request(url).get('/api/v1/runs').set('X-Api-Key', KEY).expect(200);
  });

  it.each(['/health/ready', '/api/v1/runs'])('tells the right one from none no more at an address that failed too often at %s', async (path) => {
    const down = healthOf('event-bus', { status: 'down', code: 'bus.unreachable', reason: 'broker-1 does not answer', suggestion: 'look at broker-1' });
    const { url } = await openHttp({ ...withKey, doors: { health: [down] } });
    expect((await answerTo(request(url).get('/health/ready').set('X-Api-Key', KEY).expect(503))).text).toContain('broker-1');

    for (let attempt = 0; attempt < 10; attempt += 1) await request(url).get(path).set('X-Api-Key', `guess ${attempt}`);

    const right = await answerTo(request(url).get('/health/ready').set('X-Api-Key', KEY).expect(503));
    const none = await answerTo(request(url).get('/health/ready').expect(503));
    expect(right.body).toEqual(none.body);
    expect(right.text).not.toContain('broker-1');
  });

  it('answers public routes to an address that failed too often', async () => {
    const { url } = await openHttp(withKey);
    for (let attempt = 0; attempt < 12; attempt += 1) await request(url).get('/api/v1/runs').set('X-Api-Key', 'wrong');

    await request(url).get('/health/ready').set('X-Api-Key', 'wrong').expect(200);
  });
});

describe('without a key, on loopback', () => {
  it.each(['localhost', 'LOCALHOST:3000', '127.0.0.1', '127.0.0.1:3000', '127.3.2.1', '[::1]', '[::1]:3000'])('admits who asks for %s', async (host) => {
    const { url } = await openHttp();

    await request(url).get('/api/v1/runs').set('Host', host).expect(200);
  });

  it.each(['rebound.example', 'rebound.example:3000', 'localhost.example', '127.0.0.1.example', 'localhost@rebound.example', '10.0.0.1', '0.0.0.0', 'localhost.', '[::2]'])(
    'refuses who asks for %s',
    async (host) => {
      const { url } = await openHttp();

      const answer = await request(url).get('/api/v1/runs').set('Host', host).expect(403);

      expect(answer.body).toMatchObject({ status: 403, code: 'access.host' });
    },
  );

  it.each([
    ['a page elsewhere', { Origin: 'https://elsewhere.example' }],
    ['another port of this machine', { Origin: 'http://127.0.0.1:1' }],
    ['a page without an origin', { Origin: 'null' }],
    ['a cross-site request without Origin', { 'Sec-Fetch-Site': 'cross-site' }],
    ['a same-site request of another origin', { 'Sec-Fetch-Site': 'same-site' }],
  ])('refuses %s', async (_, headers) => {
    let paused = false;
    const { url } = await openHttp({
      doors: {
        pause: async () => {
          paused = true;
          return { paused, code: 'operator', by: null, sinceMs: 0, breakerOffUpTo: {} };
        },
      },
    });

    const answer = await request(url).post('/api/v1/processing/pause').set(headers).expect(403);

    expect(answer.body).toMatchObject({ status: 403, code: 'access.cross-origin' });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    expect(paused).toBe(false);
  });

  it('refuses to show a page of another origin anything', async () => {
    const { url } = await openHttp();

    for (const path of ['/api/v1/runs', '/metrics', '/health/ready']) {
      const answer = await request(url).get(path).set({ Origin: 'https://rebound.example', 'Sec-Fetch-Site': 'cross-site' }).expect(403);
      expect(answer.body).toMatchObject({ code: 'access.cross-origin' });
    }
  });

  it('admits its own pages', async () => {
    const { url } = await openHttp();

    await request(url).get('/api/v1/runs').set({ Origin: url, 'Sec-Fetch-Site': 'same-origin' }).expect(200);
  });

  it('refuses names of others on public routes too', async () => {
    const { url } = await openHttp();

    await request(url).get('/health/ready').set('Host', 'rebound.example').expect(403);
  });
});

describe('without a key, off loopback', () => {
  it('serves nothing but health and metrics', async () => {
    const { url } = await openHttp({ options: { host: '0.0.0.0' } });

    await request(url).get('/api/v1/runs').expect(401);
    await request(url).post('/api/v1/processing/pause').expect(401);
    await request(url).get('/health/live').set('Host', '10.1.2.3:3000').expect(200);
  });
});

describe('without the role admin', () => {
  it('has no API, and health for any name', async () => {
    const { url } = await openHttp({ options: { api: false, roles: ['processing'], host: '0.0.0.0' } });

    await request(url).get('/api/v1/status').expect(404);
    await request(url).post('/api/v1/runs').send({}).expect(404);
    await request(url).get('/docs').expect(404);
    await request(url).get('/health/ready').set('Host', '10.1.2.3:3000').expect(200);
    await request(url).get('/metrics').set('Host', '10.1.2.3:3000').expect(200);
  });
});

describe('routes', () => {
  it('each declare who may call them', async () => {
    const { app } = await openHttp();

    const { routes } = app.get(RouteTable);

    expect(routes.filter(({ access }) => access === undefined)).toEqual([]);
    expect(routes.length).toBeGreaterThan(10);
  });

  it('take the scope operate wherever they change something, and the key wherever they show something', async () => {
    const { app } = await openHttp();

    const { routes } = app.get(RouteTable);

    expect(new Set(routes.filter(({ method }) => method !== 'GET').map(({ access }) => access))).toEqual(new Set(['operate']));
    expect(new Set(routes.filter(({ method, path }) => method === 'GET' && path.startsWith('/api/')).map(({ access }) => access))).toEqual(new Set(['read']));
  });

  it('answer 401 to a stranger, one and all, but for the public ones', async () => {
    const { app, url } = await openHttp(withKey);
    const closed = app.get(RouteTable).routes.filter(({ access }) => access !== 'public');

    const answers = await Promise.all(closed.map(({ method, path }) => request(url)[method === 'GET' ? 'get' : 'post'](path.replace(':id', '0198c0de-0000-7000-8000-000000000009'))));

    expect(answers.map(({ status }) => status).filter((status) => status !== 401 && status !== 429)).toEqual([]);
  });

  it('that declare nothing are refused, also to who has the key', async () => {
    @Controller('forgotten')
    class ForgottenController {
      @Get()
      read(): string {
        return 'somebody';
      }
    }
    const { url } = await openHttp({ ...withKey, controllers: [ForgottenController] });

    const answer = await request(url).get('/forgotten').set('X-Api-Key', KEY).expect(403);

    expect(answer.body).toMatchObject({ status: 403, code: 'access.undeclared' });
  });
});
