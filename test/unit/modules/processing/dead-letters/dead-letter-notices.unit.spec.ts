import { aForeignEvent } from '../../../../support/builders.js';
import { closeApps, runningApp } from '../processing-app.js';

describe('the log of dead letters', () => {
  afterEach(closeApps);

  it('names the first of each reason, by position and reason only', async () => {
    const { consumer, logger } = await runningApp();

    await consumer.hand([aForeignEvent('{"email":"ada@example.com"', { offset: 3 }), aForeignEvent('{', { offset: 4 }), aForeignEvent('1', { offset: 5 })]);

    const [first, second, ...others] = logger.at('warn');
    expect(first).toContain('users_created/0/3 became a dead letter: value.not-json');
    expect(second).toContain('users_created/0/5 became a dead letter: value.not-an-object');
    expect(others).toEqual([]);
    expect(JSON.stringify(logger.lines)).not.toContain('ada@example.com');
  });

  it('tells the same reason once a minute', async () => {
    const { consumer, logger, clock } = await runningApp();

    await consumer.hand([aForeignEvent('{', { offset: 0 })]);
    await clock.advance(59_999);
    await consumer.hand([aForeignEvent('{', { offset: 1 })]);
    expect(logger.at('warn')).toHaveLength(1);
    await clock.advance(1);
    await consumer.hand([aForeignEvent('{', { offset: 2 })]);

    expect(logger.at('warn')).toEqual([expect.stringContaining('users_created/0/0'), expect.stringContaining('users_created/0/2')]);
  });
});
