import type { IndicatorState } from './indicators.ts';

export const EMA_BARS = 21;
const WEIGHT = 2 / (EMA_BARS + 1);

/**
 * Exponential moving average over 21 closes, seeded with the mean of the first 21. Writes `out[from..to)`, NaN while
 * warming up.
 */
export function computeEma(
  close: Float64Array,
  from: number,
  to: number,
  state: IndicatorState | null,
  out: Float64Array,
): void {
  let ema = state === null ? Number.NaN : state.ema;
  let sum = 0;
  for (let i = from; i < to; i++) {
    if (state === null && i - from < EMA_BARS) {
      sum += close[i];
      if (i - from === EMA_BARS - 1) ema = sum / EMA_BARS;
    } else {
      ema += WEIGHT * (close[i] - ema);
    }
    out[i] = ema;
  }
}
