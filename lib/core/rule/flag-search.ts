import type { RuleContext } from './rule-context.ts';
import type { FlagParams } from './rule-set.ts';

export type Direction = 1 | -1;

/** Bars t-2..t run the breakout; the consolidation ends at t-3. */
export const LAST_BARS = 3;
/** More failed conditions than a near miss may have. */
export const HOPELESS = 2;

/** Closes t-1 and t both moved on in direction `d`. */
export function isCoherent(close: Float64Array, t: number, d: Direction): boolean {
  return d * (close[t] - close[t - 1]) > 0 && d * (close[t - 1] - close[t - 2]) > 0;
}

/**
 * For every bar e at which a pole of a flag seen in `[from, to)` may end, the height of the tallest pole there: no
 * pole at e can hold a range wider than that allows, which spares most of the search. Index 0 is bar `firstEnd`.
 */
export function tallestPoles(
  { bars }: RuleContext,
  from: number,
  to: number,
  d: Direction,
  params: FlagParams,
): Float64Array {
  const { close } = bars;
  const first = firstPoleEnd(from, params);
  const tallest = new Float64Array(Math.max(0, to - LAST_BARS - params.consolidationMinBars - first));
  for (let i = 0; i < tallest.length; i++) {
    const end = first + i;
    let extreme = close[end - params.poleMinBars];
    for (let base = end - params.poleMaxBars; base < end - params.poleMinBars; base++) {
      if (d * (extreme - close[base]) > 0) extreme = close[base];
    }
    tallest[i] = d * (close[end] - extreme);
  }
  return tallest;
}

function firstPoleEnd(from: number, params: FlagParams): number {
  return from - LAST_BARS - params.consolidationMaxBars;
}

/**
 * The fewest conditions that any pole and consolidation in direction `d` fails at `t`: 0, 1, or `enough` when none
 * fails fewer than that.
 */
export function leastFails(
  context: RuleContext,
  t: number,
  d: Direction,
  params: FlagParams,
  tallest: Float64Array,
  from: number,
  enough: number,
): number {
  const { open, high, low, close } = context.bars;
  const { rangeBasis, rangeMax } = params;
  const coherent = isCoherent(close, t, d);
  if (!coherent && enough < HOPELESS) return enough;
  const atrLimit = rangeMax * context.indicators.atr[t];
  const firstEnd = firstPoleEnd(from, params);
  let least = enough;
  let highest = Number.NEGATIVE_INFINITY;
  let lowest = Number.POSITIVE_INFINITY;
  let barRanges = 0;
  let body = d > 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  let bodyBars = 0;
  for (let n = 1; n <= params.consolidationMaxBars; n++) {
    const i = t - LAST_BARS + 1 - n;
    if (high[i] > highest) highest = high[i];
    if (low[i] < lowest) lowest = low[i];
    if (rangeBasis === 'meanBar') barRanges += high[i] - low[i];
    // A longer consolidation is no narrower: a close that is not beyond it never will be.
    if (!coherent && (d > 0 ? close[t] <= highest : close[t] >= lowest)) return least;
    if (n < params.consolidationMinBars) continue;
    const beyond = d > 0 ? close[t] > highest : close[t] < lowest;
    const failed = (coherent ? 0 : 1) + (beyond ? 0 : 1);
    if (failed >= least) break;
    const end = i - 1;
    const range = rangeBasis === 'meanBar' ? barRanges / n : highest - lowest;
    const tallestHere = tallest[end - firstEnd];
    const roomy = rangeBasis === 'pole' ? range <= rangeMax * tallestHere : range <= atrLimit;
    if (failed + 1 >= least && !roomy) continue;
    for (; bodyBars < n; bodyBars++) {
      const b = t - LAST_BARS - bodyBars;
      if (d > 0) body = Math.max(body, open[b], close[b]);
      else body = Math.min(body, open[b], close[b]);
    }
    least = poleFails(context, end, d, params, range, atrLimit, body, failed, least);
    if (least === 0 || (least === 1 && !coherent)) return least;
  }
  return least;
}

/** {@link leastFails} over the poles that end at `end`, for a consolidation that already failed `failed` conditions. */
function poleFails(
  { bars, indicators }: RuleContext,
  end: number,
  d: Direction,
  params: FlagParams,
  range: number,
  atrLimit: number,
  body: number,
  failed: number,
  enough: number,
): number {
  const { high, low, close } = bars;
  let least = enough;
  let extreme = d > 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  for (let p = 1; p <= params.poleMaxBars; p++) {
    const start = end - p + 1;
    if (d > 0) extreme = Math.max(high[start], extreme);
    else extreme = Math.min(low[start], extreme);
    if (p < params.poleMinBars) continue;
    const height = d * (close[end] - close[start - 1]);
    const atr = indicators.atr[start - 1];
    const limit = params.rangeBasis === 'pole' ? params.rangeMax * height : atrLimit;
    const fails =
      failed +
      (height / atr >= params.kMin ? 0 : 1) +
      (range <= limit ? 0 : 1) +
      (isNearPole(body, extreme, atr, d, params) ? 0 : 1);
    if (fails < least) least = fails;
    if (least === 0) return 0;
  }
  return least;
}

/** The consolidation's bodies reach past the pole's extreme by no more than the allowance; `atr` is the pole's. */
export function isNearPole(
  body: number,
  extreme: number,
  atr: number,
  d: Direction,
  params: FlagParams,
): boolean {
  return d > 0 ? body <= extreme + params.bodyAllowance * atr : body >= extreme - params.bodyAllowance * atr;
}
