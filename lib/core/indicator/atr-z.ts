export const ATR_Z_BARS = 100;

/**
 * How unusual the volatility of bar `t` is: the z-score of ln ATR over the last 100 bars, `t` included, with the
 * sample std; 0 when the std is 0, NaN where one of the 100 has no positive ATR.
 * @param logAtr ln ATR by bar
 */
export function atrZ(logAtr: Float64Array, t: number): number {
  const first = t - ATR_Z_BARS + 1;
  if (first < 0) return Number.NaN;
  let even = 0;
  let odd = 0;
  for (let i = first; i < t; i += 2) {
    even += logAtr[i];
    odd += logAtr[i + 1];
  }
  const mean = (even + odd) / ATR_Z_BARS;
  even = 0;
  odd = 0;
  for (let i = first; i < t; i += 2) {
    const a = logAtr[i] - mean;
    const b = logAtr[i + 1] - mean;
    even += a * a;
    odd += b * b;
  }
  const squares = even + odd;
  if (squares === 0) return 0;
  const z = (logAtr[t] - mean) / Math.sqrt(squares / (ATR_Z_BARS - 1));
  return Number.isFinite(z) ? z : Number.NaN;
}

/** ln ATR of bars `[from, to)`, NaN where the ATR is unknown or 0. */
export function computeLogAtr(atr: Float64Array, from: number, to: number, out: Float64Array): void {
  for (let i = from; i < to; i++) out[i] = atr[i] > 0 ? Math.log(atr[i]) : Number.NaN;
}
