import type { Bars } from '../bar.ts';
import type { Indicators } from '../indicator/indicators.ts';
import type { QuantisationRow } from './quantisation.ts';
import { IMAGE } from './schema.ts';

const { size: SIZE, channels: CHANNELS, bytes: BYTES } = IMAGE;
const ROW_STRIDE = SIZE * CHANNELS;
const MIDDLE = SIZE / 2;

/**
 * Paints the window that ends at bar t as feature schema 1 (see schema.ts): 64×64×3 uint8, [row][x][channel], row 0
 * on top, x = 63 is bar t. Allocates nothing.
 * @param out the caller's buffer; 12,288 bytes from `offset` are overwritten
 * @param bars window and the bar before it: t ≥ 64, else the first column's RSI change is unknown and drawn as the middle
 * @param indicators of the same bars, aligned to them by index
 * @param quantisation the row that the model's table holds for this series
 * @throws RangeError when t leaves no room for 64 bars, or `out` none for an image
 */
export function composeImage(
  out: Uint8Array,
  offset: number,
  bars: Bars,
  indicators: Indicators,
  t: number,
  quantisation: QuantisationRow,
): void {
  const first = t - SIZE + 1;
  if (!(first >= 0 && t < bars.length)) {
    throw new RangeError(`image at bar ${t} of ${bars.length}: t must lie between 63 and ${bars.length - 1}`);
  }
  if (!(offset >= 0 && offset + BYTES <= out.length)) {
    throw new RangeError(`image at byte ${offset} of ${out.length}: ${BYTES} bytes are needed`);
  }
  out.fill(0, offset, offset + BYTES);
  paintCandles(out, offset, bars, first, t);
  const { close } = bars;
  const { ema, rsi } = indicators;
  const { M, rsiMean, rsiStd, drMean, drStd, p0_5, p99_5 } = quantisation;
  const range = p99_5 - p0_5;
  for (let i = first; i <= t; i++) {
    const column = offset + (i - first) * CHANNELS;
    const d = close[i] / ema[i] - 1;
    const m = Math.sign(d) * Math.log1p(Math.abs(d));
    paintArea(out, column + 1, 0.5 + 0.5 * Math.max(-1, Math.min(1, m / M)));
    const r = rsi[i] / 100;
    const dr = i > 0 ? r - rsi[i - 1] / 100 : Number.NaN;
    const component = ((r - rsiMean) / rsiStd + (dr - drMean) / drStd) / Math.SQRT2;
    paintArea(out, column + 2, (component - p0_5) / range);
  }
}

/** Channel 0: each bar's range, dim, with its body over it, brighter for a rise; all brighter the longer the bar. */
function paintCandles(out: Uint8Array, offset: number, bars: Bars, first: number, t: number): void {
  const { open, high, low, close } = bars;
  let hi = high[first];
  let lo = low[first];
  let longest = 0;
  for (let i = first; i <= t; i++) {
    if (high[i] > hi) hi = high[i];
    if (low[i] < lo) lo = low[i];
    const length = high[i] - low[i];
    if (length > longest) longest = length;
  }
  const span = Math.max(hi - lo, 1e-12);
  for (let i = first; i <= t; i++) {
    const column = offset + (i - first) * CHANNELS;
    const s = 0.5 + (0.5 * (high[i] - low[i])) / longest;
    fillRows(out, column, priceRow(high[i], hi, span), priceRow(low[i], hi, span), q8(0.35 * s));
    const rises = close[i] >= open[i];
    const top = priceRow(rises ? close[i] : open[i], hi, span);
    const bottom = priceRow(rises ? open[i] : close[i], hi, span);
    fillRows(out, column, top, bottom, rises ? q8(s) : q8(0.65 * s));
  }
}

/** Channels 1 and 2: an area from the middle row up (255) or down (128) to where v in [0, 1] lies. */
function paintArea(out: Uint8Array, column: number, v: number): void {
  const row = ((255 - q8(v)) * SIZE) >> 8;
  if (row < MIDDLE) fillRows(out, column, row, MIDDLE - 1, 255);
  else fillRows(out, column, MIDDLE, row, 128);
}

function fillRows(out: Uint8Array, column: number, top: number, bottom: number, value: number): void {
  const end = column + bottom * ROW_STRIDE;
  for (let at = column + top * ROW_STRIDE; at <= end; at += ROW_STRIDE) out[at] = value;
}

function priceRow(price: number, hi: number, span: number): number {
  return Math.max(0, Math.min(SIZE - 1, Math.floor(((hi - price) / span) * SIZE)));
}

/** Eight bits of v clamped to [0, 1]; the middle, 128, where v is unknown. */
function q8(v: number): number {
  if (Number.isNaN(v)) return 128;
  return Math.floor(Math.max(0, Math.min(1, v)) * 255 + 0.5);
}
