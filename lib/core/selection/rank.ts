/** Indices of the values that are not NaN, the highest first; of equal ones the first. */
export function rankHighest(values: ArrayLike<number>): Int32Array {
  return rank(values, (a, b) => values[b] - values[a]);
}

/** Indices of the values that are not NaN, the lowest first; of equal ones the first. */
export function rankLowest(values: ArrayLike<number>): Int32Array {
  return rank(values, (a, b) => values[a] - values[b]);
}

function rank(values: ArrayLike<number>, compare: (a: number, b: number) => number): Int32Array {
  const known = Int32Array.from(values, (_, i) => i).filter((i) => !Number.isNaN(values[i]));
  return known.sort((a, b) => compare(a, b) || a - b);
}
