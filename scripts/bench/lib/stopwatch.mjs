/**
 * Starts to measure this process; the function returned gives, for `count` events, how many a second, what one took of
 * the processor, and the most memory that the process has had.
 */
export function stopwatch() {
  const [started, cpuBefore] = [performance.now(), process.cpuUsage()];
  return (count) => {
    const tookMs = performance.now() - started;
    const { user, system } = process.cpuUsage(cpuBefore);
    return { perSecond: (count * 1_000) / tookMs, cpuMicros: (user + system) / count, residentMb: process.resourceUsage().maxRSS / 1_024 };
  };
}

/** The same of other processes, seen from outside; what the system does not say is null. */
export function stopwatchOf(processes) {
  const [started, cpuBefore] = [performance.now(), processes.cpuSeconds()];
  return (count) => {
    const [tookMs, cpuAfter] = [performance.now() - started, processes.cpuSeconds()];
    return {
      perSecond: (count * 1_000) / tookMs,
      cpuMicros: cpuBefore === null || cpuAfter === null ? null : ((cpuAfter - cpuBefore) * 1e6) / count,
      residentMb: processes.peakResidentMb(),
    };
  };
}
