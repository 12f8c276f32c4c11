/**
 * One clock for several processes of a machine, in microseconds since 1970: the system's monotonic clock and an offset
 * that one of them has measured and told the others. So no step of the wall clock comes between two of its readings.
 */
const monotonicMicros = () => Number(process.hrtime.bigint() / 1_000n);

/** What a process adds to the monotonic clock; to be measured once. */
export const measureOffset = () => Date.now() * 1_000 - monotonicMicros();

/** The clock with that offset. */
export const dueClock = (offsetMicros) => () => monotonicMicros() + offsetMicros;

/** The time of an event that is not measured, a warm-up's. */
export const NOT_DUE_MICROS = 0;
