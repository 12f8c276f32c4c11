import { isLoopbackHost } from '../../../../../src/modules/admin/access/loopback.js';
import { accessModeOf } from '../../../../../src/modules/admin/access/access-policy.js';

describe('isLoopbackHost', () => {
  it.each(['127.0.0.1', 'localhost', 'LocalHost', '127.0.0.53', '::1'])('knows %s as this machine only', (host) => {
    expect(isLoopbackHost(host)).toBe(true);
  });

  it.each(['0.0.0.0', '::', '', '10.0.0.1', 'users.example.com', 'localhost.example.com', '127.0.0.1.example.com', '1127.0.0.1', '127.0.0.1\n0.0.0.0'])('takes %j for more', (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  });
});

describe('accessModeOf', () => {
  it.each([
    [{ api: true, apiKey: null, host: '127.0.0.1' }, 'this-machine'],
    [{ api: true, apiKey: 'k', host: '127.0.0.1' }, 'key'],
    [{ api: true, apiKey: 'k', host: '0.0.0.0' }, 'key'],
    [{ api: true, apiKey: null, host: '0.0.0.0' }, 'public-only'],
    [{ api: false, apiKey: null, host: '127.0.0.1' }, 'public-only'],
    [{ api: false, apiKey: 'k', host: '0.0.0.0' }, 'key'],
  ])('of %j is %s', (options, mode) => {
    expect(accessModeOf(options)).toBe(mode);
  });
});
