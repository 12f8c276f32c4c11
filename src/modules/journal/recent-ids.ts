/**
 * Remembers ids for a while, in bounded memory: at least the last `capacity` ones, at most twice as many. Two
 * generations, the older dropped whole when the younger is full: no bookkeeping per id, and the same answers on every
 * instance that was asked the same in the same order.
 */
export class RecentIds {
  private younger = new Set<string>();
  private older = new Set<string>();

  constructor(private readonly capacity: number) {}

  /** Whether the id is new; it is remembered from now on. */
  add(id: string): boolean {
    if (this.younger.has(id) || this.older.has(id)) return false;
    if (this.younger.size >= this.capacity) {
      this.older = this.younger;
      this.younger = new Set();
    }
    this.younger.add(id);
    return true;
  }
}
