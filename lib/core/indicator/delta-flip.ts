/** What the search for a flip of the delta came to when it found none. */
export const NO_FLIP = -1;
export const UNKNOWN_FLIP = -2;

/**
 * The last bar j in `[first, last]` at which the delta turns from negative to positive; UNKNOWN_FLIP where none is
 * seen and a delta is missing, else NO_FLIP.
 * @param delta bar delta, NaN where unknown; `first` ≥ 1
 */
export function findFlip(delta: Float64Array, first: number, last: number): number {
  let missing = Number.isNaN(delta[last]);
  for (let j = last; j >= first; j--) {
    if (delta[j - 1] < 0 && delta[j] > 0) return j;
    if (Number.isNaN(delta[j - 1])) missing = true;
  }
  return missing ? UNKNOWN_FLIP : NO_FLIP;
}
