/**
 * Bars as columns. One series' bars are a handful of typed arrays, never an array of objects: a scan over a
 * million bars allocates nothing per bar.
 */
export interface Bars {
  readonly length: number;
  /** Bar open time, ms UTC, strictly increasing. */
  readonly ts: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** Base units. */
  readonly volume: Float64Array;
  /** Base units bought by takers; NaN where unknown. */
  readonly takerBuyVolume: Float64Array;
}

/** The columns of {@link Bars}, in the order of stored snapshots and bar files. */
export const BAR_FIELDS = ['ts', 'open', 'high', 'low', 'close', 'volume', 'takerBuyVolume'] as const;

/** Room for `length` bars, taker volume unknown. */
export function allocateBars(length: number): Bars {
  return {
    length,
    ts: new Float64Array(length),
    open: new Float64Array(length),
    high: new Float64Array(length),
    low: new Float64Array(length),
    close: new Float64Array(length),
    volume: new Float64Array(length),
    takerBuyVolume: new Float64Array(length).fill(Number.NaN),
  };
}

/** A view of bars `[from, to)` that shares memory with `bars`. */
export function sliceBars(bars: Bars, from: number, to: number): Bars {
  return {
    length: to - from,
    ts: bars.ts.subarray(from, to),
    open: bars.open.subarray(from, to),
    high: bars.high.subarray(from, to),
    low: bars.low.subarray(from, to),
    close: bars.close.subarray(from, to),
    volume: bars.volume.subarray(from, to),
    takerBuyVolume: bars.takerBuyVolume.subarray(from, to),
  };
}
