/** The microseconds of a `ce_time` as we write it, such as `2026-11-23T00:00:00.000123Z`. */
export const microsOf = (time) => Date.parse(`${time.slice(0, 23)}Z`) * 1_000 + Number(time.slice(23, 26));
