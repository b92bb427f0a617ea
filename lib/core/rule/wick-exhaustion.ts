import { isProxyDelta } from '../indicator/cvd.ts';
import { findFlip, NO_FLIP, UNKNOWN_FLIP } from '../indicator/delta-flip.ts';
import type { Rule } from './rule.ts';
import type { RuleContext } from './rule-context.ts';
import type { WickExhaustionParams } from './rule-set.ts';
import { type Condition, FIRED, NEAR, NO, stateOf, UNDECIDED } from './vote.ts';
import { wickConditions } from './wick-conditions.ts';

function usesProxy({ bars, cvd }: RuleContext, first: number, last: number): boolean {
  for (let j = first - 1; j <= last; j++) if (isProxyDelta(bars, j, cvd)) return true;
  return false;
}

/** First bar of the search for the flip: as many bars before the wick bar as the rule set says. */
function firstFlipBar(t: number, params: WickExhaustionParams): number {
  return t - params.confirmBars - params.flipBars;
}

/** A tall bar that closes far above its low while buyers take over from sellers. */
export const wickExhaustion: Rule = {
  id: 'wick_exhaustion',
  needs: ['price', 'delta'],

  scan({ bars, indicators, delta }, from, to, { wick_exhaustion: params }, out) {
    const { open, high, low, close } = bars;
    const { atr } = indicators;
    for (let t = from; t < to; t++) {
      const wickBar = t - params.confirmBars;
      const range = high[wickBar] - low[wickBar];
      const tall = range >= params.minRange * atr[wickBar];
      const body = Math.min(open[wickBar], close[wickBar]);
      const wick = (body - low[wickBar]) / range >= params.minWick;
      if (!tall && !wick) {
        out[t] = NO;
        continue;
      }
      const flip = findFlip(delta, firstFlipBar(t, params), t);
      if (tall && wick) out[t] = flip === UNKNOWN_FLIP ? UNDECIDED : flip === NO_FLIP ? NEAR : FIRED;
      else out[t] = flip >= 0 ? NEAR : NO;
    }
  },

  explain(context, t, { wick_exhaustion: params }) {
    const { bars, indicators, delta } = context;
    const wickBar = t - params.confirmBars;
    const low = bars.low[wickBar];
    const atr = indicators.atr[wickBar];
    const range = bars.high[wickBar] - low;
    const body = Math.min(bars.open[wickBar], bars.close[wickBar]);
    const wick = (body - low) / range;
    const first = firstFlipBar(t, params);
    const flip = findFlip(delta, first, t);
    const unknown = flip === UNKNOWN_FLIP;
    const conditions: Condition[] = [
      ...wickConditions(range, atr, wick, params),
      {
        // How many bars before t the delta turned; the limit is the longest time ago that counts.
        id: 'cvd_flip',
        value: flip >= 0 ? t - flip : null,
        comparator: '≤',
        limit: t - first,
        holds: unknown ? null : flip >= 0,
      },
    ];
    const state = stateOf(conditions);
    const marks = {
      kind: 'wick',
      bar: wickBar - t,
      tipPrice: low,
      bodyPrice: body,
      flip: flip >= 0 ? flip - t : null,
    } as const;
    return {
      rule: 'wick_exhaustion',
      state,
      direction: state === 'no' ? 0 : 1,
      poleKatr: null,
      conditions,
      marks: state === 'no' ? null : marks,
      proxy: usesProxy(context, first, t),
    };
  },
};
