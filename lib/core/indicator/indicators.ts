/** The indicator columns that rules, images and charts share; each aligned to its bars, NaN while warming up. */
export interface Indicators {
  /** Wilder ATR over 14 bars, price units. */
  readonly atr: Float64Array;
  /** EMA over 21 closes, price units. */
  readonly ema: Float64Array;
  /** Wilder RSI over 14 bars, 0-100. */
  readonly rsi: Float64Array;
}

/**
 * What the recursive indicators remember of all bars before a given bar: enough to continue them bit-identically.
 */
export interface IndicatorState {
  readonly atr: number;
  readonly ema: number;
  readonly averageGain: number;
  readonly averageLoss: number;
  readonly previousClose: number;
}
