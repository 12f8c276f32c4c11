/** Calls that save the same key take turns, because what one may write depends on what the other wrote. */
export class KeysInHand {
  private readonly inHand = new Map<string, Promise<void>>();

  /** Resolves once no other call has any of these keys, with what gives them back. */
  async take(keys: readonly string[]): Promise<() => void> {
    for (let others = this.holdersOf(keys); others.size > 0; others = this.holdersOf(keys)) await Promise.all(others);
    let done = () => {};
    const held = new Promise<void>((resolve) => (done = resolve));
    for (const key of keys) this.inHand.set(key, held);
    return () => {
      for (const key of keys) this.inHand.delete(key);
      done();
    };
  }

  private holdersOf(keys: readonly string[]): Set<Promise<void>> {
    const holders = new Set<Promise<void>>();
    for (const key of keys) {
      const holder = this.inHand.get(key);
      if (holder !== undefined) holders.add(holder);
    }
    return holders;
  }
}
