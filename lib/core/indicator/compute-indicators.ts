import type { Bars } from '../bar.ts';
import { ATR_BARS, computeAtr } from './atr.ts';
import { computeEma, EMA_BARS } from './ema.ts';
import type { IndicatorState, Indicators } from './indicators.ts';
import { computeRsi, RSI_BARS } from './rsi.ts';

/** Indicators with the columns that let them be continued from any bar. */
export interface IndicatorColumns extends Indicators {
  /** Wilder averages behind the RSI, price units. */
  readonly averageGain: Float64Array;
  readonly averageLoss: Float64Array;
}

/** From this index of its segment on, a bar has a complete state before it. */
export const FIRST_STATEFUL_INDEX = Math.max(ATR_BARS, RSI_BARS + 1, EMA_BARS) + 1;

/** Room for `length` bars, all NaN. */
export function allocateIndicators(length: number): IndicatorColumns {
  const column = () => new Float64Array(length).fill(Number.NaN);
  return { atr: column(), ema: column(), rsi: column(), averageGain: column(), averageLoss: column() };
}

/**
 * ATR14, EMA21 and RSI14 of bars `[from, to)` of one segment. With `state` they continue, bit for bit, what was
 * computed up to bar `from - 1`; without it `from` begins the segment and the columns are NaN while warming up.
 * @param into columns aligned to `bars` that receive the result; new ones of `bars.length` by default
 */
export function computeIndicators(
  bars: Bars,
  from: number,
  to: number,
  state: IndicatorState | null = null,
  into: IndicatorColumns = allocateIndicators(bars.length),
): IndicatorColumns {
  if (from < 0 || to > bars.length || from > to) {
    throw new RangeError(`indicators of bars [${from}, ${to}) asked of ${bars.length} bars`);
  }
  computeAtr(bars, from, to, state, into.atr);
  computeEma(bars.close, from, to, state, into.ema);
  computeRsi(bars.close, from, to, state, into);
  return into;
}

/**
 * What must be remembered to continue the indicators at bar `index` (≥ 1); null while one of them still warms up, as
 * its running sum is not part of the state.
 */
export function stateBefore(bars: Bars, columns: IndicatorColumns, index: number): IndicatorState | null {
  const last = index - 1;
  if (last < 0 || last >= bars.length) {
    throw new RangeError(`state before bar ${index} asked of ${bars.length} bars`);
  }
  const state: IndicatorState = {
    atr: columns.atr[last],
    ema: columns.ema[last],
    averageGain: columns.averageGain[last],
    averageLoss: columns.averageLoss[last],
    previousClose: bars.close[last],
  };
  const warmingUp = Number.isNaN(state.atr) || Number.isNaN(state.ema) || Number.isNaN(state.averageGain);
  return warmingUp ? null : state;
}
