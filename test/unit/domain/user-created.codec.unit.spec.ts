import { aRecordedEvent } from '../../support/builders.js';
import { decodeUserCreated } from '../../../src/domain/user-created.codec.js';
describe('the codec', () => { it('reads what it wrote', () => { expect(decodeUserCreated(aRecordedEvent(), { fields: ['first_name','last_name','email'], nowMs: Date.now() }).user.fields['first_name']).toBe('Ada'); }); });
