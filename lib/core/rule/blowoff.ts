import { volumeZ } from '../indicator/volume-z.ts';
import type { Rule } from './rule.ts';
import { type Condition, FIRED, finiteOrNull, NEAR, NO, stateOf } from './vote.ts';
import { wickConditions } from './wick-conditions.ts';

/** A tall bar on unusual volume that closes far below its high. */
export const blowoff: Rule = {
  id: 'blowoff',
  needs: ['price', 'volume'],

  scan({ bars, indicators }, from, to, { blowoff: params }, out) {
    const { open, high, low, close, volume } = bars;
    const { atr } = indicators;
    for (let t = from; t < to; t++) {
      const range = high[t] - low[t];
      const tall = range >= params.minRange * atr[t];
      const body = Math.max(open[t], close[t]);
      const wick = (high[t] - body) / range >= params.minWick;
      // Two failed conditions are NO whatever the volume, which is the costly one.
      if (!tall && !wick) {
        out[t] = NO;
        continue;
      }
      const loud = volumeZ(volume, t) >= params.minVolumeZ;
      const held = (tall ? 1 : 0) + (wick ? 1 : 0) + (loud ? 1 : 0);
      out[t] = held === 3 ? FIRED : held === 2 ? NEAR : NO;
    }
  },

  explain({ bars, indicators }, t, { blowoff: params }) {
    const high = bars.high[t];
    const atr = indicators.atr[t];
    const range = high - bars.low[t];
    const body = Math.max(bars.open[t], bars.close[t]);
    const wick = (high - body) / range;
    const z = volumeZ(bars.volume, t);
    const conditions: Condition[] = [
      ...wickConditions(range, atr, wick, params),
      {
        id: 'volume_z',
        value: finiteOrNull(z),
        comparator: '≥',
        limit: params.minVolumeZ,
        holds: z >= params.minVolumeZ,
      },
    ];
    const state = stateOf(conditions);
    return {
      rule: 'blowoff',
      state,
      direction: state === 'no' ? 0 : -1,
      poleKatr: null,
      conditions,
      marks: state === 'no' ? null : { kind: 'wick', bar: 0, tipPrice: high, bodyPrice: body, flip: null },
      proxy: false,
    };
  },
};
