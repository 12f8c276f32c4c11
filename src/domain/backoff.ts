/** Milliseconds to wait before try number `attempt` (from 1): doubling from `firstMs`, never more than `longestMs`. */
export function backoffMs(attempt: number, limits: { readonly firstMs: number; readonly longestMs: number }): number {
  return Math.min(limits.firstMs * 2 ** Math.min(attempt - 1, 30), limits.longestMs);
}
