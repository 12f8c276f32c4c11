import { SystemClock } from '../../src/adapters/clock-system/system-clock.js';
import { SyntheticUserSource } from '../../src/adapters/user-source-synthetic/synthetic-user-source.js';
import { describeUserSource } from '../contracts/user-source.contract.js';

const FIELDS = ['first_name', 'last_name', 'email', 'gender', 'phone'];
const clock = new SystemClock();

describeUserSource('synthetic', async () => ({
  source: new SyntheticUserSource({ fields: FIELDS }, clock),
  fields: FIELDS,
  reopen: (spec) => SyntheticUserSource.of(spec, clock),
  goAway: { never: 'the people are made in this process' },
  comeBack: async () => undefined,
  spoil: { never: 'every invented person is a user' },
  secrets: () => [],
  running: () => 0,
  close: async () => undefined,
}));
