import { measureFlag } from './flag-marks.ts';
import { type Direction, isCoherent, isNearPole, LAST_BARS } from './flag-search.ts';
import type { RuleContext } from './rule-context.ts';
import type { FlagParams } from './rule-set.ts';
import { type Condition, finiteOrNull, stateOf, type Vote } from './vote.ts';

/** One consolidation of `n` bars after a pole of `p` bars in one direction. */
interface Candidate {
  readonly n: number;
  readonly p: number;
  readonly d: Direction;
}

const DIRECTIONS: readonly Direction[] = [1, -1];

/** Extremes of a consolidation, measured on as it grows. */
interface Pause {
  highest: number;
  lowest: number;
  highestBody: number;
  lowestBody: number;
  ranges: number;
}

function createPause(): Pause {
  return {
    highest: Number.NEGATIVE_INFINITY,
    lowest: Number.POSITIVE_INFINITY,
    highestBody: Number.NEGATIVE_INFINITY,
    lowestBody: Number.POSITIVE_INFINITY,
    ranges: 0,
  };
}

function growPause(pause: Pause, { bars }: RuleContext, i: number): void {
  pause.highest = Math.max(pause.highest, bars.high[i]);
  pause.lowest = Math.min(pause.lowest, bars.low[i]);
  pause.highestBody = Math.max(pause.highestBody, bars.open[i], bars.close[i]);
  pause.lowestBody = Math.min(pause.lowestBody, bars.open[i], bars.close[i]);
  pause.ranges += bars.high[i] - bars.low[i];
}

/** Highest high of an up pole's bars, lowest low of a down pole's. */
function poleExtreme({ bars }: RuleContext, start: number, end: number, d: Direction): number {
  let extreme = d > 0 ? bars.high[end] : bars.low[end];
  for (let i = start; i < end; i++) {
    extreme = d > 0 ? Math.max(extreme, bars.high[i]) : Math.min(extreme, bars.low[i]);
  }
  return extreme;
}

/**
 * Of all candidates, over n, then p, then d: fewest failed conditions first, then the largest k, then the first. Every
 * one is looked at, so this is also what the scan's shortcuts are tested against.
 */
export function bestCandidate(context: RuleContext, t: number, params: FlagParams): Candidate {
  const { close } = context.bars;
  const { atr } = context.indicators;
  const pause = createPause();
  let best: Candidate | null = null;
  let bestFailed = 0;
  let bestK = 0;
  for (let n = 1; n <= params.consolidationMaxBars; n++) {
    const end = t - LAST_BARS - n;
    growPause(pause, context, end + 1);
    if (n < params.consolidationMinBars) continue;
    for (let p = params.poleMinBars; p <= params.poleMaxBars; p++) {
      for (const d of DIRECTIONS) {
        const failed = countFailed(context, t, n, p, d, pause, params);
        const k = (d * (close[end] - close[end - p])) / atr[end - p];
        if (best !== null && (failed > bestFailed || (failed === bestFailed && !(k > bestK)))) continue;
        best = { n, p, d };
        bestFailed = failed;
        bestK = k;
      }
    }
  }
  if (best === null) throw new RangeError('the flag rule has no pole or consolidation length to try');
  return best;
}

function countFailed(
  context: RuleContext,
  t: number,
  n: number,
  p: number,
  d: Direction,
  pause: Pause,
  params: FlagParams,
): number {
  const { close } = context.bars;
  const end = t - LAST_BARS - n;
  const height = d * (close[end] - close[end - p]);
  const atr = context.indicators.atr[end - p];
  let failed = isCoherent(close, t, d) ? 0 : 1;
  if (!isBeyond(close[t], d, pause)) failed++;
  if (!(height / atr >= params.kMin)) failed++;
  if (!(rangeOf(pause, n, params) <= params.rangeMax * basisOf(context, t, height, params))) failed++;
  // The extreme is the one costly number, so it is asked last and only of those that may still be shown.
  if (failed > 1) return failed + 1;
  const body = d > 0 ? pause.highestBody : pause.lowestBody;
  return isNearPole(body, poleExtreme(context, end - p + 1, end, d), atr, d, params) ? failed : failed + 1;
}

function isBeyond(close: number, d: Direction, pause: Pause): boolean {
  return d > 0 ? close > pause.highest : close < pause.lowest;
}

function rangeOf(pause: Pause, n: number, params: FlagParams): number {
  return params.rangeBasis === 'meanBar' ? pause.ranges / n : pause.highest - pause.lowest;
}

function basisOf({ indicators }: RuleContext, t: number, height: number, params: FlagParams): number {
  return params.rangeBasis === 'pole' ? height : indicators.atr[t];
}

/** The vote that candidate decides, with its numbers and marks. */
export function flagVote(context: RuleContext, t: number, { n, p, d }: Candidate, params: FlagParams): Vote {
  const pause = createPause();
  for (let back = 0; back < n; back++) growPause(pause, context, t - LAST_BARS - back);
  const end = -LAST_BARS - n;
  const spans = {
    pole: { start: end - p + 1, end },
    consolidation: { start: end + 1, end: -LAST_BARS },
  };
  const { marks, poleKatr: katr } = measureFlag(context, t, spans, d);
  const conditions = conditionsOf(context, t, { n, p, d }, pause, marks.pole.height, params);
  const state = stateOf(conditions);
  if (state === 'no') {
    return { rule: 'flag', state, direction: 0, poleKatr: null, conditions, marks: null, proxy: false };
  }
  const poleKatr = finiteOrNull(katr);
  return { rule: 'flag', state, direction: d, poleKatr, conditions, marks, proxy: false };
}

function conditionsOf(
  context: RuleContext,
  t: number,
  { n, p, d }: Candidate,
  pause: Pause,
  height: number,
  params: FlagParams,
): Condition[] {
  const { close } = context.bars;
  const end = t - LAST_BARS - n;
  const atr = context.indicators.atr[end - p];
  const k = height / atr;
  const extreme = poleExtreme(context, end - p + 1, end, d);
  const body = d > 0 ? pause.highestBody : pause.lowestBody;
  const range = rangeOf(pause, n, params);
  const basis = basisOf(context, t, height, params);
  const moves = (d * (close[t] - close[t - 1]) > 0 ? 1 : 0) + (d * (close[t - 1] - close[t - 2]) > 0 ? 1 : 0);
  return [
    { id: 'coherent', value: moves, comparator: '≥', limit: 2, holds: moves === 2 },
    {
      id: 'breakout',
      value: close[t],
      comparator: d > 0 ? '>' : '<',
      limit: d > 0 ? pause.highest : pause.lowest,
      holds: isBeyond(close[t], d, pause),
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
}
