export function lineThrough(
  points: readonly (readonly [number, number | null])[],
  warmUpHours: number,
): { perHour: number; rise: number; last: number; most: number } | null;
