import type { IndicatorState } from './indicators.ts';

export const RSI_BARS = 14;

/** The columns an RSI run writes: the index itself and the averages that continue it. */
interface RsiColumns {
  readonly rsi: Float64Array;
  readonly averageGain: Float64Array;
  readonly averageLoss: Float64Array;
}

/**
 * Relative strength index after Wilder (1978): averages of gains and losses seeded with the mean of the first 14
 * changes, 50 where nothing moved. Writes `out.*[from..to)`, NaN while warming up.
 */
export function computeRsi(
  close: Float64Array,
  from: number,
  to: number,
  state: IndicatorState | null,
  out: RsiColumns,
): void {
  let gain = state === null ? 0 : state.averageGain;
  let loss = state === null ? 0 : state.averageLoss;
  let previousClose = state === null ? close[from] : state.previousClose;
  for (let i = from; i < to; i++) {
    const change = close[i] - previousClose;
    const up = Math.max(change, 0);
    const down = Math.max(-change, 0);
    const changes = i - from;
    if (state === null && changes <= RSI_BARS) {
      gain += up;
      loss += down;
      if (changes === RSI_BARS) {
        gain /= RSI_BARS;
        loss /= RSI_BARS;
      }
    } else {
      gain = ((RSI_BARS - 1) * gain + up) / RSI_BARS;
      loss = ((RSI_BARS - 1) * loss + down) / RSI_BARS;
    }
    const seeded = state !== null || changes >= RSI_BARS;
    out.averageGain[i] = seeded ? gain : Number.NaN;
    out.averageLoss[i] = seeded ? loss : Number.NaN;
    out.rsi[i] = seeded ? relativeStrength(gain, loss) : Number.NaN;
    previousClose = close[i];
  }
}

function relativeStrength(gain: number, loss: number): number {
  const sum = gain + loss;
  return sum === 0 ? 50 : (100 * gain) / sum;
}
