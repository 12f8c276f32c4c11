import { TableCondition } from '../../../../src/adapters/user-repository-cassandra/table-condition.js';
import { LoginRefusedError } from '../../../../src/adapters/user-repository-cassandra/cassandra-errors.js';
import { RepositoryUnavailableError } from '../../../../src/ports/user-repository.port.js';
import { FakeClock } from '../../../support/fake-clock.js';

const warning = { code: 'repository.columns-missing' as const, message: 'no column for phone', remedy: 'ALTER TABLE' };
const away = new RepositoryUnavailableError('away', { remedy: 'wait' });

function condition() {
  const clock = new FakeClock();
  return { clock, table: new TableCondition(clock, 'Cassandra at h:1') };
}

describe('TableCondition', () => {
  it('is down until the table is open, and says what it waits for', () => {
    const { table } = condition();
    expect(table.health).toMatchObject({ status: 'down', code: 'repository.unavailable', reason: 'connecting to Cassandra at h:1' });
    table.waiting(new LoginRefusedError('refused', { remedy: 'set it' }));
    expect(table.health).toMatchObject({ status: 'down', code: 'repository.login-refused', reason: 'refused', suggestion: 'set it' });
    table.met(null);
    table.reached();
    expect(table.health.status).toBe('down');
    table.opened([]);
    expect(table.health).toMatchObject({ status: 'up', code: null, reason: null, suggestion: null });
  });

  it('is degraded with a peculiar table, and again after a trouble', () => {
    const { table } = condition();
    table.opened([warning, { ...warning, code: 'repository.namesakes-share-a-row', message: 'namesakes' }]);
    const peculiar = { status: 'degraded', code: 'repository.columns-missing', reason: 'no column for phone; namesakes' };
    expect(table.health).toMatchObject(peculiar);
    table.met(away);
    expect(table.health).toMatchObject({ status: 'down', code: 'repository.unavailable' });
    table.met(null);
    expect(table.health).toMatchObject(peculiar);
  });

  it('remembers since when it has been so', async () => {
    const { clock, table } = condition();
    table.opened([]);
    await clock.advance(5);
    table.met(away);
    const { sinceMs } = table.health;
    await clock.advance(5);
    table.met(away);
    expect(table.health.sinceMs).toBe(sinceMs);
    table.met(null);
    expect(table.health.sinceMs).toBe(sinceMs + 5);
  });

  it('takes an answer of the nodes for the end of being away, and of nothing else', () => {
    const { table } = condition();
    table.opened([]);
    table.met(away);
    table.reached();
    expect(table.health.status).toBe('up');
    table.met(new LoginRefusedError('refused'));
    table.reached();
    expect(table.health.code).toBe('repository.login-refused');
  });
});
