/**
 * Quantile by linear interpolation between the two nearest order statistics: Hyndman & Fan (1996) type 7, which is
 * numpy's default (`method="linear"`), to the bit.
 * @param sorted ascending, no NaN, at least one value
 * @param q in [0, 1]
 */
export function quantileSorted(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) throw new Error('quantile of no values: at least one is needed');
  if (!(q >= 0 && q <= 1)) throw new Error(`quantile ${q}: must be between 0 and 1`);
  const position = q * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  const fraction = position - below;
  const difference = sorted[above] - sorted[below];
  // numpy interpolates from the nearer end, so that rounding never passes the upper value.
  return fraction < 0.5 ? sorted[below] + difference * fraction : sorted[above] - difference * (1 - fraction);
}
