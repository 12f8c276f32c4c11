/** The code that Node's own errors and drivers' carry, such as `ECONNRESET`; told by shape, because a realm's errors are not another realm's `Error`. */
export function errorCodeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
