/** Whether something that is looked at again and again stays flat: a line through what was seen after a warm-up. */
import { slope } from './figures.mjs';

/**
 * Fits a line to `[hours, value]` points from `warmUpHours` on. `rise` is how much the line itself rises from its
 * beginning to its end, which, unlike the slope, says the same of five minutes as of an hour: noise that would be many
 * units an hour is little over five minutes. Null where fewer than three points are left or a value is not known.
 *
 * @returns {{ perHour: number, rise: number, last: number, most: number } | null} the last two of all points
 */
export function lineThrough(points, warmUpHours) {
  const settled = points.filter(([hours]) => hours >= warmUpHours);
  const values = points.map(([, value]) => value);
  if (settled.length < 3 || values.includes(null)) return null;
  const perHour = slope(settled);
  return { perHour, rise: perHour * (settled.at(-1)[0] - settled[0][0]), last: values.at(-1), most: Math.max(...values) };
}
