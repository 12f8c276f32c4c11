import { SystemClock } from '../../src/adapters/clock-system/system-clock.js';
import { RandomUserSource } from '../../src/adapters/user-source-randomuser/random-user-source.js';
import { describeUserSource } from '../contracts/user-source.contract.js';
import { eventually } from '../support/eventually.js';
import { startRandomUserStub } from '../support/randomuser-stub.js';

const FIELDS = ['first_name', 'last_name', 'email', 'gender', 'address', 'post_code', 'username'];
const clock = new SystemClock();

for (const recorded of [false, true]) {
  describeUserSource(`randomuser, ${recorded ? 'recorded' : 'invented'} answers`, async () => {
    const stub = await startRandomUserStub(recorded ? { recordedForSeed: 'c0ffee0123456789' } : {});
    const opened: RandomUserSource[] = [];
    const keep = (source: RandomUserSource) => (opened.push(source), source);
    return {
      source: keep(new RandomUserSource({ url: stub.url, fields: FIELDS, retry: { attempts: 2, baseMs: 1 } }, clock)),
      fields: FIELDS,
      reopen: (spec) => keep(RandomUserSource.of(spec, clock)),
      goAway: async () => stub.failAlways('reset'),
      comeBack: async () => stub.recover(),
      spoil: async (index) => {
        stub.failNext({ results: (records) => records.map((record, at) => (at === index ? { ...record, email: 7 } : record)) });
        return opened[0]!;
      },
      secrets: () => stub.secrets,
      running: () => eventually(() => (expect(stub.open).toBe(0), stub.open)),
      close: async () => {
        await Promise.all(opened.map((source) => source.close()));
        await stub.close();
      },
    };
  });
}
