import { createHash } from 'node:crypto';

/**
 * A stream of numbers that its seed alone decides (sfc32, seeded by SHA-256): the same on every machine and version.
 * For inventing people, not for keeping secrets.
 */
export class SeededRandom {
  private a: number;
  private b: number;
  private c: number;
  private counter: number;

  constructor(...seed: readonly (string | number)[]) {
    const digest = createHash('sha256').update(JSON.stringify(seed)).digest();
    this.a = digest.readInt32LE(0);
    this.b = digest.readInt32LE(4);
    this.c = digest.readInt32LE(8);
    this.counter = digest.readInt32LE(12);
  }

  /** From 0 up to, not including, 1. */
  next(): number {
    const mixed = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + mixed) | 0;
    return (mixed >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  pick<Item>(list: readonly Item[]): Item {
    return at(list, this.below(list.length));
  }

  /** An item of the list, early ones far more often than late ones: the way names are spread over people. */
  pickCommon<Item>(list: readonly Item[]): Item {
    const drawn = this.next();
    return at(list, Math.floor(drawn * drawn * list.length));
  }

  /** The list in another order. */
  shuffled<Item>(list: readonly Item[]): readonly Item[] {
    const order = [...list];
    for (let last = order.length - 1; last > 0; last -= 1) {
      const other = this.below(last + 1);
      const moved = at(order, last);
      order[last] = at(order, other);
      order[other] = moved;
    }
    return order;
  }
}

function at<Item>(list: readonly Item[], index: number): Item {
  if (index >= list.length) throw new RangeError('nothing to pick from an empty list');
  return list[index] as Item;
}
