/** Tries an assertion again and again until it holds; fails with its last error after `withinMs`: long, since only a failure lasts so long. */
export async function eventually<Result>(assertion: () => Result | Promise<Result>, { withinMs = 15_000, everyMs = 15 } = {}): Promise<Result> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (performance.now() >= deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }
}
