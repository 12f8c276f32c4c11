const MORE = 0x80;
const BITS = 0x7f;

/** Reads Kafka's zigzag varints one after the other, without an object for each. */
export class VarintReader {
  constructor(
    private readonly bytes: Buffer,
    /** The place of the next byte. */
    public at: number,
  ) {}

  /** Of 32 bits: lengths and places. @throws RangeError - the bytes end before it does, or it is longer than that. */
  int(): number {
    let raw = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.next();
      raw |= (byte & BITS) << shift;
      if (byte < MORE) return (raw >>> 1) ^ -(raw & 1);
    }
    throw new RangeError('a varint of more than 32 bits');
  }

  /** Of 64 bits, exact up to 2^51: times in milliseconds. @throws RangeError - as `int`. */
  long(): number {
    let [raw, unit] = [0, 1];
    for (let count = 0; count < 10; count += 1) {
      const byte = this.next();
      raw += (byte & BITS) * unit;
      unit *= 128;
      if (byte < MORE) return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2;
    }
    throw new RangeError('a varint of more than 64 bits');
  }

  private next(): number {
    const byte = this.bytes[this.at];
    if (byte === undefined) throw new RangeError('a record that ends inside a number');
    this.at += 1;
    return byte;
  }
}
