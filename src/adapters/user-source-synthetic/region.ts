import { type Faker } from '@faker-js/faker';
import { SeededRandom } from './seeded-random.js';

export type Sex = 'female' | 'male';

/** The words that people of one region are made of, in faker's own lists, common ones first. */
export interface Region {
  readonly firstNames: Readonly<Record<Sex, readonly string[]>>;
  readonly lastNames: Readonly<Record<Sex, readonly string[]>>;
  readonly cities: readonly string[];
  readonly streets: readonly string[];
  readonly states: readonly string[];
  readonly countries: readonly string[];
}

type Words = Readonly<Record<string, unknown>>;

/**
 * Loads the regions: Latin script with and without accents, Greek and Japanese. Each locale is imported by itself and
 * only now, because faker's main file loads all seventy (the first row is to be stored within 2 s of process start).
 */
export async function loadRegions(): Promise<readonly Region[]> {
  const locales = await Promise.all([
    import('@faker-js/faker/locale/en'),
    import('@faker-js/faker/locale/de'),
    import('@faker-js/faker/locale/es'),
    import('@faker-js/faker/locale/pl'),
    import('@faker-js/faker/locale/tr'),
    import('@faker-js/faker/locale/el'),
    import('@faker-js/faker/locale/ja'),
  ]);
  return locales.map(({ faker }) => regionOf(faker));
}

function regionOf(faker: Faker): Region {
  const { person = {}, location = {} } = faker.rawDefinitions;
  return {
    firstNames: bySex((person as Words)['first_name']),
    lastNames: bySex((person as Words)['last_name']),
    cities: words((location as Words)['city_name']),
    streets: words((location as Words)['street_name']),
    states: words((location as Words)['state']),
    countries: words((location as Words)['country']),
  };
}

function bySex(names: unknown): Readonly<Record<Sex, readonly string[]>> {
  const { generic, female, male } = (names ?? {}) as Words;
  return { female: words(female, generic), male: words(male, generic) };
}

/** The texts of the lists, each once, in a fixed order that isn't the alphabet's. */
function words(...lists: readonly unknown[]): readonly string[] {
  const texts = lists.flatMap((list): readonly unknown[] => (Array.isArray(list) ? list : [])).filter((word): word is string => typeof word === 'string');
  return new SeededRandom('words').shuffled([...new Set(texts)]);
}
