import type { Bars } from '../bar.ts';

/** What stands in for taker volume where a bar has none: nothing, or a guess from the close's place in its range. */
export type CvdMode = 'off' | 'proxy';

/** Taker buys less taker sells of a bar, base units: 2·taker - volume; NaN where taker volume is unknown. */
export function takerDelta({ takerBuyVolume, volume }: Bars, i: number): number {
  return 2 * takerBuyVolume[i] - volume[i];
}

/**
 * Bar delta, base units: taker buys less taker sells. Where taker volume is unknown it is NaN (`off`) or
 * volume·(2(C-L)/(H-L) - 1) (`proxy`, 0 for a bar without range). Writes `out[from..to)`.
 */
export function computeDelta(bars: Bars, from: number, to: number, mode: CvdMode, out: Float64Array): void {
  for (let i = from; i < to; i++) {
    out[i] = isProxyDelta(bars, i, mode) ? proxyDelta(bars, i) : takerDelta(bars, i);
  }
}

function proxyDelta(bars: Bars, i: number): number {
  const range = bars.high[i] - bars.low[i];
  return range === 0 ? 0 : bars.volume[i] * ((2 * (bars.close[i] - bars.low[i])) / range - 1);
}

/** True where a bar's delta is the proxy, which must be marked wherever it shows. */
export function isProxyDelta(bars: Bars, i: number, mode: CvdMode): boolean {
  return mode === 'proxy' && Number.isNaN(bars.takerBuyVolume[i]);
}

/**
 * Cumulative volume delta: the running sum of `delta` from `from`, where its segment (or the shown part of it) begins.
 * An unknown delta is NaN there and adds nothing to the bars after it. Writes `out[from..to)`.
 */
export function computeCvd(delta: Float64Array, from: number, to: number, out: Float64Array): void {
  let sum = 0;
  for (let i = from; i < to; i++) {
    const value = delta[i];
    if (Number.isNaN(value)) {
      out[i] = Number.NaN;
      continue;
    }
    sum += value;
    out[i] = sum;
  }
}
