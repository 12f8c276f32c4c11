import { jest } from '@jest/globals';
import { DamagedDataError } from '../../../src/domain/errors.js';
import { banner } from '../../../src/process/banner.js';
import { Drain } from '../../../src/process/drain.js';
import { exitCodeFor } from '../../../src/process/exit-code.js';
import { logDestination } from '../../../src/process/log-destination.js';
import { progressLine } from '../../../src/process/progress-line.js';
import { Terminal } from '../../../src/process/terminal.js';
import { PinoLogger } from '../../../src/adapters/logger-pino/pino-logger.js';
import { TopicMisconfiguredError } from '../../../src/ports/event-bus.errors.js';
import { ImpossibleSettingsError } from '../../../src/modules/ingestion/index.js';
import { SourceRefusedError } from '../../../src/ports/user-source.port.js';
import { eventually } from '../../support/eventually.js';

const systemError = (code: string) => Object.assign(new Error(code), { code, syscall: 'listen' });

describe('the exit code', () => {
  it.each([
    [new DamagedDataError('log.db is damaged'), 3],
    [systemError('EADDRINUSE'), 2],
    [systemError('EACCES'), 2],
    [new TopicMisconfiguredError('wrong cleanup'), 2],
    [new SourceRefusedError('file-missing', 'there is no file p.csv'), 2],
    [new ImpossibleSettingsError('INGEST_WINDOW is too long'), 2],
    [systemError('EIO'), 1],
    [new TypeError('a bug'), 1],
    ['thrown text', 1],
  ].map(([error, code]) => ({ said: String(error), error, code })))('of $said is $code', ({ error, code }) => {
    expect(exitCodeFor(error)).toBe(code);
  });
});

describe('a stop', () => {
  const drainOf = (close: () => Promise<void>) => {
    const exits: number[] = [];
    const said: string[] = [];
    const failures: unknown[] = [];
    const drain = new Drain({ close }, { say: (text) => said.push(text), fail: (error) => failures.push(error), exit: (code) => exits.push(code) });
    return { drain, exits, said, failures };
  };

  it('closes the app, then exits 0', async () => {
    const close = jest.fn(async () => {});
    const { drain, exits } = drainOf(close);
    drain.onSignal('SIGTERM');
    await eventually(() => expect(exits).toEqual([0]));
    expect(close).toHaveBeenCalledTimes(1);
  });

  it('ends at once at the second signal', () => {
    const { drain, exits } = drainOf(() => new Promise(() => {}));
    drain.onSignal('SIGINT');
    expect(exits).toEqual([]);
    drain.onSignal('SIGINT');
    expect(exits).toEqual([1]);
  });

  it('says what failed and exits 1 when the app cannot be closed cleanly', async () => {
    const { drain, exits, failures } = drainOf(() => Promise.reject(new Error('stuck')));
    await drain.drain(0);
    expect(exits).toEqual([1]);
    expect(failures).toEqual([new Error('stuck')]);
  });

  it('keeps the code of what ended the app', async () => {
    const { drain, exits } = drainOf(async () => {});
    await drain.drain(3);
    expect(exits).toEqual([3]);
  });

  it('is ended when it takes longer than the time that it has', async () => {
    jest.useFakeTimers();
    try {
      const { drain, exits } = drainOf(() => new Promise(() => {}));
      drain.onSignal('SIGTERM');
      await jest.advanceTimersByTimeAsync(10_000);
      expect(exits).toEqual([1]);
    } finally {
      jest.useRealTimers();
    }
  });
});

describe('what a person reads', () => {
  it('is one line of figures', () => {
    const progress = { publishedPerSecond: 5, storedPerSecond: 4.96, stored: 1_234, waiting: 7, dead: 1, blocked: null };
    expect(progressLine(progress)).toBe('in 5.0/s · out 5.0/s · 1,234 stored · 7 waiting · 1 dead letter');
    expect(progressLine({ ...progress, blocked: 'processing is paused' })).toMatch(/^processing is paused · in 5/);
  });

  it('begins with the source, the data and the address', () => {
    const start = { version: '1.2.3', roles: ['ingestion', 'admin'], places: { data: '/tmp/data' }, url: 'http://127.0.0.1:3000', api: true, key: false, source: 'the RandomUser API' };
    const text = banner(start);
    for (const part of ['Userstream 1.2.3', 'the RandomUser API', '/tmp/data', 'http://127.0.0.1:3000/docs', 'ingestion, admin']) expect(text).toContain(part);
    expect(banner({ ...start, places: { log: 'Kafka at b:9092', table: 'Cassandra at c' } })).toMatch(/log +Kafka at b:9092\n +table +Cassandra at c\n/);
    expect(banner({ ...start, api: false, source: null })).not.toContain('/docs');
    expect(banner({ ...start, key: true })).toContain('ADMIN_API_KEY');
  });

  it('has log lines that people and machines can read', async () => {
    const write = async (format: 'pretty' | 'json') => {
      const written: string[] = [];
      const logger = new PinoLogger({ level: 'info', base: { instance: 'i-1' }, destination: await logDestination(new Terminal({ write: (text) => written.push(text) }), format, false) });
      logger.log('run finished', { outcome: 'succeeded' }, 'Ingestion');
      logger.error('no good', new DamagedDataError('log.db is damaged', { cause: new Error('page 7') }), 'EventBus');
      logger.debug('hidden');
      logger.log('dependencies initialized', 'InstanceLoader');
      return written.join('');
    };
    const lines = (await write('json')).trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({ msg: 'run finished', context: 'Ingestion', outcome: 'succeeded', instance: 'i-1', level: 30 });
    expect(JSON.stringify(lines[1])).toContain('page 7');
    const pretty = await write('pretty');
    expect(pretty).toMatch(/^\[\d\d:\d\d:\d\d\] INFO: Ingestion: run finished/);
    expect(pretty).not.toContain('hidden');
  });
});
