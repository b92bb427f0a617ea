import type { Rule } from './rule.ts';
import type { RuleContext } from './rule-context.ts';
import type { FlagParams } from './rule-set.ts';
import { type Condition, FIRED, type FlagMarks, finiteOrNull, NEAR, NO, stateOf, type Vote } from './vote.ts';

type Direction = 1 | -1;

/** Bars t-2..t run the breakout; the consolidation ends at t-3. */
const LAST_BARS = 3;
/** More failed conditions than a near miss may have. */
const HOPELESS = 2;

/** A sharp move, a narrow pause of 12 to 40 bars near its end, and three closes that leave the pause in its direction. */
export const flag: Rule = {
  id: 'flag',
  needs: ['price'],

  scan(context, from, to, { flag: params }, out) {
    const ups = tallestPoles(context, from, to, 1, params);
    const downs = tallestPoles(context, from, to, -1, params);
    for (let t = from; t < to; t++) {
      let fails = leastFails(context, t, 1, params, ups, from, HOPELESS);
      if (fails > 0) fails = leastFails(context, t, -1, params, downs, from, fails);
      out[t] = fails === 0 ? FIRED : fails === 1 ? NEAR : NO;
    }
  },

  explain(context, t, { flag: params }) {
    return voteOf(context, t, bestCandidate(context, t, params));
  },
};

/** Closes t-1 and t both moved on in direction `d`. */
function isCoherent(close: Float64Array, t: number, d: Direction): boolean {
  return d * (close[t] - close[t - 1]) > 0 && d * (close[t - 1] - close[t - 2]) > 0;
}

/**
 * For every bar e at which a pole of a flag seen in `[from, to)` may end, the height of the tallest pole there: no
 * pole at e can hold a range wider than that allows, which spares most of the search. Index 0 is bar `firstEnd`.
 */
function tallestPoles(
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
function leastFails(
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
    if (n < params.consolidationMinBars) continue;
    const beyond = d > 0 ? close[t] > highest : close[t] < lowest;
    const failed = (coherent ? 0 : 1) + (beyond ? 0 : 1);
    if (failed >= least) {
      // A longer consolidation is no narrower, so once the close is not beyond it, it never is again.
      if (!beyond) break;
      continue;
    }
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

function isNearPole(body: number, extreme: number, atr: number, d: Direction, params: FlagParams): boolean {
  return d > 0 ? body <= extreme + params.bodyAllowance * atr : body >= extreme - params.bodyAllowance * atr;
}

/** One pole and consolidation with all that is known of it. */
interface Candidate {
  readonly n: number;
  readonly p: number;
  readonly d: Direction;
  readonly height: number;
  readonly k: number;
  readonly highest: number;
  readonly lowest: number;
  readonly conditions: readonly Condition[];
  readonly failed: number;
}

/**
 * Of all candidates, over n, then p, then d: fewest failed conditions first, then the largest k, then the first. Every
 * one is looked at in full, so this is also what the scan's shortcuts are tested against.
 */
function bestCandidate(context: RuleContext, t: number, params: FlagParams): Candidate {
  let best: Candidate | null = null;
  for (let n = params.consolidationMinBars; n <= params.consolidationMaxBars; n++) {
    const pause = measurePause(context, t, n);
    for (let p = params.poleMinBars; p <= params.poleMaxBars; p++) {
      for (const d of [1, -1] as const) {
        const candidate = judge(context, t, n, p, d, pause, params);
        if (best === null || isBetter(candidate, best)) best = candidate;
      }
    }
  }
  if (best === null) throw new RangeError('the flag rule has no pole or consolidation length to try');
  return best;
}

function isBetter(a: Candidate, b: Candidate): boolean {
  return a.failed !== b.failed ? a.failed < b.failed : a.k > b.k;
}

interface Pause {
  readonly highest: number;
  readonly lowest: number;
  readonly highestBody: number;
  readonly lowestBody: number;
  readonly meanRange: number;
}

/** The consolidation of `n` bars that ends at t-3, summed from its newest bar as the scan does. */
function measurePause({ bars }: RuleContext, t: number, n: number): Pause {
  const { open, high, low, close } = bars;
  let highest = Number.NEGATIVE_INFINITY;
  let lowest = Number.POSITIVE_INFINITY;
  let highestBody = Number.NEGATIVE_INFINITY;
  let lowestBody = Number.POSITIVE_INFINITY;
  let ranges = 0;
  for (let i = t - LAST_BARS; i > t - LAST_BARS - n; i--) {
    highest = Math.max(highest, high[i]);
    lowest = Math.min(lowest, low[i]);
    highestBody = Math.max(highestBody, open[i], close[i]);
    lowestBody = Math.min(lowestBody, open[i], close[i]);
    ranges += high[i] - low[i];
  }
  return { highest, lowest, highestBody, lowestBody, meanRange: ranges / n };
}

function judge(
  { bars, indicators }: RuleContext,
  t: number,
  n: number,
  p: number,
  d: Direction,
  pause: Pause,
  params: FlagParams,
): Candidate {
  const { high, low, close } = bars;
  const end = t - LAST_BARS - n;
  const start = end - p + 1;
  const height = d * (close[end] - close[start - 1]);
  const atr = indicators.atr[start - 1];
  const k = height / atr;
  let extreme = d > 0 ? high[end] : low[end];
  for (let i = start; i < end; i++) extreme = d > 0 ? Math.max(extreme, high[i]) : Math.min(extreme, low[i]);
  const range = params.rangeBasis === 'meanBar' ? pause.meanRange : pause.highest - pause.lowest;
  const basis = params.rangeBasis === 'pole' ? height : indicators.atr[t];
  const edge = d > 0 ? pause.highest : pause.lowest;
  const body = d > 0 ? pause.highestBody : pause.lowestBody;
  const moves = (d * (close[t] - close[t - 1]) > 0 ? 1 : 0) + (d * (close[t - 1] - close[t - 2]) > 0 ? 1 : 0);
  const conditions: Condition[] = [
    { id: 'coherent', value: moves, comparator: '≥', limit: 2, holds: moves === 2 },
    {
      id: 'breakout',
      value: close[t],
      comparator: d > 0 ? '>' : '<',
      limit: edge,
      holds: d > 0 ? close[t] > edge : close[t] < edge,
    },
    { id: 'pole', value: finiteOrNull(k), comparator: '≥', limit: params.kMin, holds: k >= params.kMin },
    {
      id: `range_${params.rangeBasis}`,
      value: finiteOrNull(range / basis),
      comparator: '≤',
      limit: params.rangeMax,
      holds: range <= params.rangeMax * basis,
    },
    {
      id: 'body',
      value: finiteOrNull((d * (body - extreme)) / atr),
      comparator: '≤',
      limit: params.bodyAllowance,
      holds: isNearPole(body, extreme, atr, d, params),
    },
  ];
  const failed = conditions.reduce((count, condition) => count + (condition.holds ? 0 : 1), 0);
  return { n, p, d, height, k, highest: pause.highest, lowest: pause.lowest, conditions, failed };
}

function voteOf(context: RuleContext, t: number, best: Candidate): Vote {
  const state = stateOf(best.conditions);
  const shown = state !== 'no';
  return {
    rule: 'flag',
    state,
    direction: shown ? best.d : 0,
    poleKatr: shown ? finiteOrNull(best.height / context.indicators.atr[t]) : null,
    conditions: best.conditions,
    marks: shown ? marksOf(context, t, best) : null,
    proxy: false,
  };
}

function marksOf({ bars }: RuleContext, t: number, best: Candidate): FlagMarks {
  const end = t - LAST_BARS - best.n;
  const start = end - best.p + 1;
  return {
    kind: 'flag',
    pole: {
      start: start - t,
      end: end - t,
      fromPrice: bars.close[start - 1],
      toPrice: bars.close[end],
      height: best.height,
      k: best.k,
    },
    consolidation: { start: end + 1 - t, end: -LAST_BARS, high: best.highest, low: best.lowest },
    breakout: { bar: 0, price: bars.close[t] },
  };
}
