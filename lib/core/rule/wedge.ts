import type { Bars } from '../bar.ts';
import type { Rule } from './rule.ts';
import type { RuleContext } from './rule-context.ts';
import type { WedgeParams } from './rule-set.ts';
import {
  type Condition,
  FIRED,
  finiteOrNull,
  NEAR,
  NO,
  stateOf,
  type Vote,
  type WedgeMarks,
} from './vote.ts';
import { findPivots, PIVOT_REACH, type PivotColumns, WedgeLines } from './wedge-lines.ts';

/** More failed conditions than a near miss may have. */
const HOPELESS = 2;

/**
 * Two lines through at least three pivot highs and three pivot lows that come together while the closes between them
 * slow down. Without its pivots a wedge has no lines, so nothing else can be judged: it is then never a near miss.
 */
export const wedge: Rule = {
  id: 'wedge',
  needs: ['price'],

  scan(context, from, to, { wedge: params }, out) {
    const pivots = findPivots(context.bars, from - params.maxBars + 1 + PIVOT_REACH, to - PIVOT_REACH);
    const lines = new WedgeLines(params);
    for (let t = from; t < to; t++) {
      lines.fit(context.bars, pivots, t);
      let least = HOPELESS;
      for (let c = lines.count - 1; c >= 0 && least > 0; c--) {
        if (lines.isFitted(c)) least = fails(context, t, lines, c, params, least);
      }
      out[t] = least === 0 ? FIRED : least === 1 ? NEAR : NO;
    }
  },

  explain(context, t, { wedge: params }) {
    const pivots = findPivots(context.bars, t - params.maxBars + 1 + PIVOT_REACH, t - PIVOT_REACH + 1);
    const lines = new WedgeLines(params);
    lines.fit(context.bars, pivots, t);
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let c = lines.count - 1; c >= 0; c--) {
      if (!lines.isFitted(c)) continue;
      const failed = fails(context, t, lines, c, params, Number.POSITIVE_INFINITY);
      if (failed >= least) continue;
      best = c;
      least = failed;
    }
    if (best < 0) return withoutPivots(lines, params);
    return voteOf(context, t, lines, best, pivots, params);
  },
};

/**
 * How many conditions candidate `c` fails at `t`, or `enough` when it is no fewer; the cheap ones are asked first and
 * the rest only while they can still matter.
 */
function fails(
  { bars, indicators }: RuleContext,
  t: number,
  lines: WedgeLines,
  c: number,
  params: WedgeParams,
  enough: number,
): number {
  const length = lines.lengthOf(c);
  const atr = indicators.atr[t];
  const startGap = lines.gapAt(c, length - 1);
  const endGap = lines.gapAt(c, 0);
  let failed = isWide(startGap, atr, params) ? 0 : 1;
  if (!isConverging(startGap, endGap, params)) failed++;
  if (failed >= enough) return enough;
  const closesTolerance = params.closeTolerance * atr;
  if (!closesWithin(bars.close, t, length, lines, c, closesTolerance)) failed++;
  if (failed >= enough) return enough;
  if (lines.worstPivot(c, params.pivotTolerance * atr) > params.pivotTolerance * atr) failed++;
  if (failed >= enough) return enough;
  if (!isSlowing(bars.close, t, length)) failed++;
  return Math.min(failed, enough);
}

function isWide(startGap: number, atr: number, params: WedgeParams): boolean {
  return startGap > 0 && startGap >= params.minWidth * atr;
}

function isConverging(startGap: number, endGap: number, params: WedgeParams): boolean {
  return startGap > 0 && endGap > 0 && endGap / startGap <= params.maxConvergence;
}

function closesWithin(
  close: Float64Array,
  t: number,
  length: number,
  lines: WedgeLines,
  c: number,
  tolerance: number,
): boolean {
  const upper = lines.upperIntercept(c) + tolerance;
  const lower = lines.lowerIntercept(c) - tolerance;
  const upperSlope = lines.upperSlope(c);
  const lowerSlope = lines.lowerSlope(c);
  const origin = close[t];
  for (let back = 0; back < length; back++) {
    const y = close[t - back] - origin;
    if (y > upper - upperSlope * back || y < lower - lowerSlope * back) return false;
  }
  return true;
}

/** Furthest a close lies outside the lines (negative when inside), price units. */
function worstClose(close: Float64Array, t: number, length: number, lines: WedgeLines, c: number): number {
  let worst = Number.NEGATIVE_INFINITY;
  for (let back = 0; back < length; back++) {
    const y = close[t - back] - close[t];
    const above = y - (lines.upperIntercept(c) - lines.upperSlope(c) * back);
    const below = lines.lowerIntercept(c) - lines.lowerSlope(c) * back - y;
    worst = Math.max(worst, above, below);
  }
  return worst;
}

function isSlowing(close: Float64Array, t: number, length: number): boolean {
  const half = length >> 1;
  const late = slopeNumerator(close, t - half + 1, half);
  const early = slopeNumerator(close, t - length + 1, half);
  return Math.abs(late) <= Math.abs(early);
}

/** Least-squares slope of `count` closes from `first`, times the sum of squared distances from their middle. */
function slopeNumerator(close: Float64Array, first: number, count: number): number {
  const middle = (count - 1) / 2;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += (i - middle) * close[first + i];
  return sum;
}

function conditionsOf(
  { bars, indicators }: RuleContext,
  t: number,
  lines: WedgeLines,
  c: number,
  params: WedgeParams,
): Condition[] {
  const length = lines.lengthOf(c);
  const half = length >> 1;
  const atr = indicators.atr[t];
  const startGap = lines.gapAt(c, length - 1);
  const endGap = lines.gapAt(c, 0);
  const pivot = lines.worstPivot(c, Number.POSITIVE_INFINITY);
  const early = Math.abs(slopeNumerator(bars.close, t - length + 1, half));
  const late = Math.abs(slopeNumerator(bars.close, t - half + 1, half));
  return [
    pivotCondition(lines.fewestPivots(c), params),
    {
      id: 'width',
      value: finiteOrNull(startGap / atr),
      comparator: '≥',
      limit: params.minWidth,
      holds: isWide(startGap, atr, params),
    },
    {
      id: 'convergence',
      value: finiteOrNull(endGap / startGap),
      comparator: '≤',
      limit: params.maxConvergence,
      holds: isConverging(startGap, endGap, params),
    },
    {
      id: 'closes',
      value: finiteOrNull(worstClose(bars.close, t, length, lines, c) / atr),
      comparator: '≤',
      limit: params.closeTolerance,
      holds: closesWithin(bars.close, t, length, lines, c, params.closeTolerance * atr),
    },
    {
      id: 'pivot_fit',
      value: finiteOrNull(pivot / atr),
      comparator: '≤',
      limit: params.pivotTolerance,
      holds: pivot <= params.pivotTolerance * atr,
    },
    { id: 'slowing', value: finiteOrNull(late / early), comparator: '≤', limit: 1, holds: late <= early },
  ];
}

function pivotCondition(count: number, params: WedgeParams): Condition {
  return {
    id: 'pivots',
    value: count,
    comparator: '≥',
    limit: params.minPivots,
    holds: count >= params.minPivots,
  };
}

/** No length has its pivots: at least one condition failed and none of the others can be measured. */
function withoutPivots(lines: WedgeLines, params: WedgeParams): Vote {
  // Enough pivots that span too little are as good as none.
  const count = Math.min(lines.fewestPivots(lines.count - 1), params.minPivots - 1);
  return {
    rule: 'wedge',
    state: 'no',
    direction: 0,
    poleKatr: null,
    conditions: [pivotCondition(count, params)],
    marks: null,
    proxy: false,
  };
}

function voteOf(
  context: RuleContext,
  t: number,
  lines: WedgeLines,
  c: number,
  pivots: PivotColumns,
  params: WedgeParams,
): Vote {
  const conditions = conditionsOf(context, t, lines, c, params);
  const state = stateOf(conditions);
  const marks = state === 'no' ? null : marksOf(context.bars, t, lines, c, pivots);
  return { rule: 'wedge', state, direction: 0, poleKatr: null, conditions, marks, proxy: false };
}

function marksOf(bars: Bars, t: number, lines: WedgeLines, c: number, pivots: PivotColumns): WedgeMarks {
  const length = lines.lengthOf(c);
  const first = t - length + 1;
  const origin = bars.close[t];
  const ends = (intercept: number, slope: number) => ({
    startPrice: origin + intercept - slope * (length - 1),
    endPrice: origin + intercept,
  });
  const within = (indices: Int32Array) =>
    Array.from(
      indices.filter((i) => i >= first + PIVOT_REACH),
      (i) => i - t,
    );
  return {
    kind: 'wedge',
    start: first - t,
    end: 0,
    upper: ends(lines.upperIntercept(c), lines.upperSlope(c)),
    lower: ends(lines.lowerIntercept(c), lines.lowerSlope(c)),
    highPivots: within(pivots.highs),
    lowPivots: within(pivots.lows),
  };
}
