import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Test } from '@nestjs/testing';
import { SystemClockModule } from '../../src/adapters/clock-system/system-clock.module.js';
import { FileUserSource } from '../../src/adapters/user-source-file/file-user-source.js';
import { FileUserSourceModule } from '../../src/adapters/user-source-file/file-user-source.module.js';
import { RandomUserProbe } from '../../src/adapters/user-source-randomuser/random-user.probe.js';
import { RandomUserSource } from '../../src/adapters/user-source-randomuser/random-user-source.js';
import { RandomUserSourceModule } from '../../src/adapters/user-source-randomuser/random-user-source.module.js';
import { SyntheticUserSource } from '../../src/adapters/user-source-synthetic/synthetic-user-source.js';
import { SyntheticUserSourceModule } from '../../src/adapters/user-source-synthetic/synthetic-user-source.module.js';
import { type UserSource } from '../../src/ports/user-source.port.js';
import { eventually } from '../support/eventually.js';
import { recordedPeople, RECORDED_SEED } from '../support/randomuser-people.js';
import { startRandomUserStub } from '../support/randomuser-stub.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const REQUEST = { runId: 'run', seed: RECORDED_SEED, page: 2, cursor: null, size: 20 };
const fetchPage = (source: UserSource) => source.fetchPage(REQUEST, new AbortController().signal);

describe('the sources as Nest modules', () => {
  it('give each its source, built from its options', async () => {
    const stub = await startRandomUserStub();
    const path = join(temporaryFolder(), 'people.csv');
    await writeFile(path, 'first_name,last_name,email\nAda,Lovelace,ada@example.com\n');
    const app = await Test.createTestingModule({
      imports: [SystemClockModule, RandomUserSourceModule.register({ url: stub.url }), SyntheticUserSourceModule.register({ fields: ['first_name', 'last_name', 'email', 'phone'] }), FileUserSourceModule.register({ path })],
    }).compile();

    const recorded = recordedPeople({ ...REQUEST, results: 20, inc: 'name,email,login' });
    const people = (await fetchPage(app.get(RandomUserSource))).users.map(({ user }) => ({ id: user.id, ...user.fields }));
    expect(people).toEqual(recorded?.map(({ name, email, login }) => ({ id: login.uuid, first_name: name.first, last_name: name.last, email })));
    expect(await app.get(RandomUserProbe).check()).toMatchObject({ status: 'up' });
    expect(app.get(SyntheticUserSource).spec.parameters['fields']).toBe('first_name,last_name,email,phone');
    expect((await fetchPage(app.get(FileUserSource))).users).toHaveLength(1);

    await app.close();
    await stub.close();
  });

  it('fail the boot where the file is missing', async () => {
    const module = Test.createTestingModule({ imports: [SystemClockModule, FileUserSourceModule.register({ path: join(temporaryFolder(), 'none.csv') })] });
    await expect(module.compile()).rejects.toMatchObject({ code: 'source.file-missing' });
  });
});

describe('a fetch that is called off while the API is silent', () => {
  it('ends at once, with the reason, and lets the connection go', async () => {
    const stub = await startRandomUserStub();
    const app = await Test.createTestingModule({ imports: [SystemClockModule, RandomUserSourceModule.register({ url: stub.url })] }).compile();
    for (const fault of ['silence', 'silent-body', 'slow-drip'] as const) {
      stub.failNext(fault);
      const controller = new AbortController();
      const fetching = app.get(RandomUserSource).fetchPage(REQUEST, controller.signal);
      await eventually(() => expect(stub.open).toBe(1));
      const reason = new Error('stop');
      controller.abort(reason);
      await expect(fetching).rejects.toBe(reason);
      await eventually(() => expect(stub.open).toBe(0));
    }
    expect(stub.requests).toHaveLength(3);
    expect(app.get(RandomUserSource).condition).toMatchObject({ failure: null, circuit: 'closed' });
    await app.close();
    await stub.close();
  });
});
