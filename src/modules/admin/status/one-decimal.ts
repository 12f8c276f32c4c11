/** A rate as people read it: more digits than these are noise of the window it was measured over. */
export function oneDecimal(rate: number): number {
  return Math.round(rate * 10) / 10;
}
