import { deriveId } from '../../domain/ids.js';
import { CORE_FIELDS, type User, type UserFields } from '../../domain/user.js';
import { EmailAddresses } from './email-address.js';
import { type Region, type Sex } from './region.js';
import { SeededRandom } from './seeded-random.js';

/** What a person's further fields are made from. Their stream of numbers is their own, so asking for them changes nobody's name. */
interface Trait {
  readonly random: SeededRandom;
  readonly region: Region;
  readonly sex: Sex;
  readonly id: string;
}

const YEAR_MS = 31_556_952_000;
const BORN_FROM_MS = Date.UTC(1945, 0, 1);
const REGISTERED_FROM_MS = Date.UTC(2005, 0, 1);

const TRAITS = {
  id: ({ id }: Trait) => id,
  gender: ({ sex }: Trait) => sex,
  address: ({ random, region }: Trait) =>
    `${random.below(9_999) + 1} ${random.pick(region.streets)}, ${random.pick(region.cities)}, ${random.pick(region.states)}, ${random.pick(region.countries)}`,
  post_code: ({ random }: Trait) => digits(random, 5),
  username: ({ random }: Trait) => `${random.pick(ADJECTIVES)}${random.pick(ANIMALS)}${digits(random, 3)}`,
  dob: ({ random }: Trait) => new Date(BORN_FROM_MS + random.below(60 * YEAR_MS)).toISOString(),
  registered_date: ({ random }: Trait) => new Date(REGISTERED_FROM_MS + random.below(15 * YEAR_MS)).toISOString(),
  phone: ({ random }: Trait) => `(${digits(random, 3)})-${digits(random, 3)}-${digits(random, 4)}`,
  picture: ({ random, sex }: Trait) => `https://example.com/portraits/${sex === 'female' ? 'women' : 'men'}/${random.below(100)}.jpg`,
} satisfies Readonly<Record<string, (trait: Trait) => string>>;

const ADJECTIVES = ['angry', 'beautiful', 'crazy', 'goldenrod', 'happy', 'lazy', 'organic', 'purple', 'sad', 'silver', 'tiny', 'yellow'];
const ANIMALS = ['bear', 'bird', 'butterfly', 'cat', 'dog', 'elephant', 'frog', 'gorilla', 'koala', 'lion', 'ostrich', 'zebra'];

type TraitName = keyof typeof TRAITS;
type Core = Record<(typeof CORE_FIELDS)[number], string>;

/** The names of every field that can be invented. */
export const INVENTED_FIELDS: readonly string[] = [...CORE_FIELDS, ...Object.keys(TRAITS)];

/** Invents the people of a page: the `index`th is the same person whatever the page's size and whatever was asked before. */
export class InventedPeople {
  private readonly emails = new EmailAddresses();
  private readonly furtherOnes: boolean;

  constructor(
    private readonly regions: readonly Region[],
    private readonly fields: readonly string[],
  ) {
    this.furtherOnes = fields.some(isTrait);
  }

  /** An endless stream of the people of one page, from index 0. */
  *ofPage(seed: string, page: number): Generator<User, never> {
    const random = new SeededRandom('people', seed, page);
    for (let index = 0; ; index += 1) {
      const region = random.pick(this.regions);
      const sex: Sex = random.next() < 0.5 ? 'female' : 'male';
      const first_name = random.pickCommon(region.firstNames[sex]);
      const last_name = random.pickCommon(region.lastNames[sex]);
      const core: Core = { first_name, last_name, email: this.emails.of(first_name, last_name) };
      const id = deriveId('synthetic', seed, page, index);
      const trait = this.furtherOnes ? { random: new SeededRandom('traits', seed, page, index), region, sex, id } : null;
      yield { id, fields: this.inOrder(core, trait) };
    }
  }

  private inOrder(core: Core, trait: Trait | null): UserFields {
    const fields: Record<string, string> = {};
    for (const name of this.fields) {
      if (trait !== null && isTrait(name)) fields[name] = TRAITS[name](trait);
      else if (isCore(name)) fields[name] = core[name];
    }
    return fields;
  }
}

function isTrait(name: string): name is TraitName {
  return Object.hasOwn(TRAITS, name);
}

function isCore(name: string): name is keyof Core {
  return (CORE_FIELDS as readonly string[]).includes(name);
}

function digits(random: SeededRandom, count: number): string {
  return String(random.below(10 ** count)).padStart(count, '0');
}
