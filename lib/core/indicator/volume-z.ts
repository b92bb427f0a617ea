export const VOLUME_Z_BARS = 20;

/**
 * How unusual the volume of bar `t` is: (v[t] - mean) / population std of the 20 bars before it, each time summed
 * directly (running sums of squares cancel); 0 when the std is 0, NaN before bar 20.
 */
export function volumeZ(volume: Float64Array, t: number): number {
  const first = t - VOLUME_Z_BARS;
  if (first < 0) return Number.NaN;
  let sum = 0;
  for (let i = first; i < t; i++) sum += volume[i];
  const mean = sum / VOLUME_Z_BARS;
  let squares = 0;
  for (let i = first; i < t; i++) {
    const d = volume[i] - mean;
    squares += d * d;
  }
  if (squares === 0 || allEqual(volume, first, t)) return 0;
  return (volume[t] - mean) / Math.sqrt(squares / VOLUME_Z_BARS);
}

/** Equal volumes can have a mean that is rounded away from them, hence a tiny std that is not 0. */
function allEqual(volume: Float64Array, from: number, to: number): boolean {
  for (let i = from + 1; i < to; i++) if (volume[i] !== volume[from]) return false;
  return true;
}
