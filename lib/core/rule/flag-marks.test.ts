import { describe, expect, it } from 'vitest';
import { computeIndicators } from '../indicator/compute-indicators.ts';
import { createRandom } from '../random.ts';
import { generateUniverse } from '../synthetic/universe.ts';
import { findSpanFault, measureFlag, spanBars, spansOf } from './flag-marks.ts';
import { bestCandidate, flagVote } from './flag-vote.ts';
import { createRuleContext } from './rule-context.ts';
import { DEFAULT_RULE_SET } from './rule-set.ts';

const [{ bars }] = generateUniverse(11, { series: 1, barsPerSeries: 4_000 });
const context = createRuleContext(bars, computeIndicators(bars, 0, bars.length, null), 'off');
const { close, high, low } = bars;
const { atr } = context.indicators;

describe('a flag whose bars are known', () => {
  it('is measured as the rule measures it: the same pole_katr, height and box, to the bit', () => {
    let told = 0;
    for (let t = 200; t < bars.length; t += 3) {
      const candidate = bestCandidate(context, t, DEFAULT_RULE_SET.flag);
      const { marks, poleKatr, direction } = flagVote(context, t, candidate, DEFAULT_RULE_SET.flag);
      if (marks?.kind !== 'flag' || direction === 0) continue;
      told++;
      const { pole, consolidation } = marks;
      const measured = measureFlag(context, t, {
        pole: { start: pole.start, end: pole.end },
        consolidation: { start: consolidation.start, end: consolidation.end },
      });
      expect(measured).toEqual({ direction, poleKatr, marks });
    }
    expect(told).toBeGreaterThan(20);
  });

  it('agrees with the page that defines it, wherever a person puts the bars', () => {
    const random = createRandom(3);
    const t = 900;
    for (let i = 0; i < 200; i++) {
      const bag = new Set<number>();
      while (bag.size < 4) bag.add(-Math.floor(random.next() * 63));
      const spans = spansOf([...bag].sort((a, b) => a - b));
      const { direction, poleKatr, marks } = measureFlag(context, t, spans);
      const rise = close[t + spans.pole.end] - close[t + spans.pole.start - 1];
      const { start, end } = spans.consolidation;
      expect(findSpanFault(spans)).toBeNull();
      expect(direction).toBe(Math.sign(rise));
      expect(poleKatr).toBeCloseTo(Math.abs(rise) / atr[t], 12);
      expect(marks.pole.k).toBeCloseTo(Math.abs(rise) / atr[t + spans.pole.start - 1], 12);
      expect(marks.consolidation.high).toBe(Math.max(...high.slice(t + start, t + end + 1)));
      expect(marks.consolidation.low).toBe(Math.min(...low.slice(t + start, t + end + 1)));
      expect(spanBars(spans)).toEqual([...bag].sort((a, b) => a - b));
    }
  });

  it.each([
    [[-63, -20, -19, -3], 0, 'pole start -63 is not between -62 and 0, bars of the window'],
    [[-20, -20, -19, -3], 1, 'pole end -20 is not after pole start -20'],
    [[-30, -20, -25, -3], 2, 'consolidation start -25 is not after pole end -20'],
    [[-30, -20, -19, 1], 3, 'consolidation end 1 is not between -62 and 0, bars of the window'],
  ])('names the bar that is misplaced in %j', (bars, at, words) => {
    expect(findSpanFault(spansOf(bars))).toEqual({ at, words });
  });
});
