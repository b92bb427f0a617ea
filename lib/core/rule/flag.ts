import { HOPELESS, leastFails, tallestPoles } from './flag-search.ts';
import { bestCandidate, flagVote } from './flag-vote.ts';
import type { Rule } from './rule.ts';
import { FIRED, NEAR, NO } from './vote.ts';

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
    return flagVote(context, t, bestCandidate(context, t, params), params);
  },
};
