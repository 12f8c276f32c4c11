/** Starts to measure a loop; the function returned gives, for `count` events, how many a second and what one took of the processor. */
export function stopwatch() {
  const [started, cpuBefore] = [performance.now(), process.cpuUsage()];
  return (count) => {
    const tookMs = performance.now() - started;
    const { user, system } = process.cpuUsage(cpuBefore);
    return { perSecond: (count * 1_000) / tookMs, cpuMicros: (user + system) / count };
  };
}
