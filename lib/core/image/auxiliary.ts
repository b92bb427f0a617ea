import type { Bars } from '../bar.ts';
import { ATR_Z_BARS, atrZ } from '../indicator/atr-z.ts';
import { takerDelta } from '../indicator/cvd.ts';
import { findFlip, UNKNOWN_FLIP } from '../indicator/delta-flip.ts';
import type { Indicators } from '../indicator/indicators.ts';
import { volumeZ } from '../indicator/volume-z.ts';
import { WINDOW_BARS } from '../window.ts';
import { AUX_LENGTH } from './schema.ts';

/** Bars whose volume, and whose delta, are given; t is the last of them. */
const VOLUME_BARS = 3;
const DELTA_BARS = 5;
/** Bars t-2..t at which a flip of the delta counts. */
const FLIP_BARS = 3;
/** How many bars before t the ATR is compared with that of t. */
const ATR_LAGS = [16, 32, 48, 63] as const;

/** Scratch of one window, so that nothing is allocated: each run overwrites all of it. */
const logAtr = new Float64Array(ATR_Z_BARS);
const delta = new Float64Array(DELTA_BARS);

/**
 * Writes the auxiliary values of the window that ends at bar t (feature schema 2; the formulas stand in schema.ts).
 * They say in numbers what an image of 64 rows cannot: volume, delta, and prices in multiples of the ATR. What is
 * unknown or not finite is 0. Delta is of taker volume only, never the proxy: what a model sees must not hang on a rule
 * set's settings. Allocates nothing.
 * @param out the caller's buffer; 18 values from `offset` are overwritten
 * @param bars 99 bars before t are read where they are there, for the z-score of the ATR; t ≥ 63
 * @param indicators of the same bars, aligned to them by index
 * @throws RangeError when t leaves no room for 64 bars, or `out` none for 18 values
 */
export function composeAux(
  out: Float32Array,
  offset: number,
  bars: Bars,
  indicators: Indicators,
  t: number,
): void {
  const first = t - WINDOW_BARS + 1;
  if (!(first >= 0 && t < bars.length)) {
    throw new RangeError(
      `auxiliary values at bar ${t} of ${bars.length}: t must lie between 63 and ${bars.length - 1}`,
    );
  }
  if (!(offset >= 0 && offset + AUX_LENGTH <= out.length)) {
    throw new RangeError(`auxiliary values at ${offset} of ${out.length}: room for ${AUX_LENGTH} is needed`);
  }
  const { open, high, low, close, volume } = bars;
  const atr = indicators.atr[t];
  let at = offset;
  for (let i = t - VOLUME_BARS + 1; i <= t; i++) out[at++] = known(clip(volumeZ(volume, i), -3, 6) / 2);
  for (let k = 0; k < DELTA_BARS; k++) {
    const i = t - DELTA_BARS + 1 + k;
    delta[k] = takerDelta(bars, i);
    out[at++] = known((3 * delta[k]) / volume[i]);
  }
  readLogAtr(indicators.atr, t);
  out[at++] = known(clip(atrZ(logAtr, ATR_Z_BARS - 1), -4, 4) / 2);
  out[at++] = known(Math.log(heightOf(bars, first, t) / atr) - 2);
  for (const lag of ATR_LAGS) out[at++] = known(logAtr[ATR_Z_BARS - 1 - lag]);
  const range = high[t] - low[t];
  const topWick = (high[t] - Math.max(open[t], close[t])) / range;
  const bottomWick = (Math.min(open[t], close[t]) - low[t]) / range;
  out[at++] = known(3 * (topWick - 0.3));
  out[at++] = known(3 * (bottomWick - 0.3));
  out[at++] = known(Math.min(range / atr, 4) - 1);
  const flip = findFlip(delta, DELTA_BARS - FLIP_BARS, DELTA_BARS - 1);
  out[at] = flip >= 0 ? 1 : flip === UNKNOWN_FLIP ? 0 : -1;
}

/**
 * ln of the ATR of bars t-99..t over that of t: its z-score is that of ln ATR itself, and as a ratio it changes in no
 * bit when all prices are scaled by a power of two.
 */
function readLogAtr(atr: Float64Array, t: number): void {
  const first = t - ATR_Z_BARS + 1;
  for (let k = 0; k < ATR_Z_BARS; k++) {
    const i = first + k;
    logAtr[k] = i < 0 ? Number.NaN : Math.log(atr[i] / atr[t]);
  }
}

/** From the lowest low to the highest high of bars `[first, last]`, price units. */
function heightOf({ high, low }: Bars, first: number, last: number): number {
  let hi = high[first];
  let lo = low[first];
  for (let i = first + 1; i <= last; i++) {
    if (high[i] > hi) hi = high[i];
    if (low[i] < lo) lo = low[i];
  }
  return hi - lo;
}

function clip(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}

function known(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
