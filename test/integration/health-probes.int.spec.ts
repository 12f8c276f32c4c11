import { SystemClock } from '../../src/adapters/clock-system/system-clock.js';
import { RandomUserProbe } from '../../src/adapters/user-source-randomuser/random-user.probe.js';
import { RandomUserSource } from '../../src/adapters/user-source-randomuser/random-user-source.js';
import { SqliteUserRepositoryProbe } from '../../src/adapters/user-repository-sqlite/sqlite-user-repository.probe.js';
import { describeHealthProbe } from '../contracts/health-probe.contract.js';
import { aReceivedUserCreated } from '../support/builders.js';
import { startRandomUserStub } from '../support/randomuser-stub.js';
import { openSqliteTable } from '../support/sqlite-table.js';

describeHealthProbe('the embedded table', 'user-repository', async () => {
  const table = await openSqliteTable();
  const save = () => table.repository.saveAll([aReceivedUserCreated()]);
  let release = async () => {};
  return {
    probe: new SqliteUserRepositoryProbe(table.repository),
    breakages: [
      {
        what: 'a lock that another process keeps',
        status: 'down',
        code: 'repository.unavailable',
        names: /table locked/,
        cause: async () => {
          release = await table.takeAway();
          await expect(save()).rejects.toMatchObject({ code: 'repository.unavailable' });
        },
        mend: async () => {
          await release();
          await save();
        },
      },
    ],
    close: () => table.close(),
  };
});

describeHealthProbe('the RandomUser API', 'user-source', async () => {
  const stub = await startRandomUserStub();
  const source = new RandomUserSource({ url: stub.url, retry: { attempts: 1 } }, new SystemClock());
  const fetchPage = () => source.fetchPage({ runId: 'run', seed: '0123456789abcdef', page: 1, cursor: null, size: 20 }, new AbortController().signal);
  return {
    probe: new RandomUserProbe(source),
    breakages: [
      {
        what: 'an API that is overloaded',
        status: 'degraded',
        code: 'source.overloaded',
        names: /503/,
        cause: async () => {
          stub.failNext('overloaded');
          await expect(fetchPage()).rejects.toMatchObject({ code: 'source.overloaded' });
        },
        mend: async () => {
          await fetchPage();
        },
      },
    ],
    close: async () => {
      await source.close();
      await stub.close();
    },
  };
});
