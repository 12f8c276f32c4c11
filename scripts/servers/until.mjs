const POLL_MS = 200;

/**
 * Asks again and again until `ask` resolves.
 *
 * @param {() => Promise<void>} ask
 * @param {{ withinMs: number, gone?: Promise<unknown> }} limits `gone` settles when there is nobody left to ask
 * @returns {Promise<Error | undefined>} its last error when time is up or nobody is left
 */
export async function untilItAnswers(ask, { withinMs, gone = new Promise(() => {}) }) {
  const deadline = performance.now() + withinMs;
  let isGone = false;
  void gone.then(() => (isGone = true));
  for (;;) {
    try {
      return void (await ask());
    } catch (error) {
      if (isGone || performance.now() > deadline) return error;
    }
    await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, POLL_MS))]);
  }
}
