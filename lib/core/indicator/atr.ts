import type { Bars } from '../bar.ts';
import type { IndicatorState } from './indicators.ts';

export const ATR_BARS = 14;

/**
 * Average true range after Wilder (New Concepts in Technical Trading Systems, 1978): the mean of the first 14 true
 * ranges, the first being high - low, then (13·ATR + TR) / 14. Writes `out[from..to)`, NaN while warming up.
 */
export function computeAtr(
  bars: Bars,
  from: number,
  to: number,
  state: IndicatorState | null,
  out: Float64Array,
): void {
  const { high, low, close } = bars;
  let atr = state === null ? Number.NaN : state.atr;
  let previousClose = state === null ? Number.NaN : state.previousClose;
  let sum = 0;
  for (let i = from; i < to; i++) {
    let range = high[i] - low[i];
    // Comparisons with the NaN before the first bar are false, so its true range is high - low.
    const up = Math.abs(high[i] - previousClose);
    const down = Math.abs(low[i] - previousClose);
    if (up > range) range = up;
    if (down > range) range = down;
    if (state === null && i - from < ATR_BARS) {
      sum += range;
      if (i - from === ATR_BARS - 1) atr = sum / ATR_BARS;
    } else {
      atr = ((ATR_BARS - 1) * atr + range) / ATR_BARS;
    }
    out[i] = atr;
    previousClose = close[i];
  }
}
