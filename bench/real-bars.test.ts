import { describe, expect, it } from 'vitest';
import { DEFAULT_RULE_SET, LITERAL_RULE_SET, type RuleSetParams } from '../lib/core/rule/rule-set.ts';
import { type ScanResult, scanSeries } from '../lib/core/scan.ts';
import { CONTINUOUS_MARKET } from '../lib/core/segment.ts';
import { type RealSeries, readRealSeries, realSeriesNames } from './real-bars.ts';

const NAMES = realSeriesNames();

function scan({ bars, timeframeMs }: RealSeries, ruleSet: RuleSetParams): ScanResult {
  const options = { timeframeMs, segmentSettings: CONTINUOUS_MARKET, lookbackDays: 'all', seed: 1 } as const;
  return scanSeries(bars, { ...options, ruleSet, noneTarget: 0 });
}

describe.skipIf(NAMES.length === 0)(
  'rule set 1 on the real bars (skipped where ../shared/data/bars is not there)',
  () => {
    it('fires as often as the trial that the definitions quote, and its literal flag next to never', () => {
      const total = { valid: 0, flag: 0, wedge: 0, blowoff: 0, wick_exhaustion: 0, events: 0, literal: 0 };
      for (const series of NAMES.map(readRealSeries)) {
        // The trial took the series whose taker volume is known.
        if (Number.isNaN(series.bars.takerBuyVolume[0])) continue;
        const { validWindows, classes } = scan(series, DEFAULT_RULE_SET);
        total.valid += validWindows;
        total.events += classes.flag.events;
        for (const id of ['flag', 'wedge', 'blowoff', 'wick_exhaustion'] as const)
          total[id] += classes[id].windows;
        total.literal += scan(series, LITERAL_RULE_SET).classes.flag.windows;
      }
      const percent = (count: number) => (100 * count) / total.valid;
      // The trial left out 14 more: it counted a gap before a window's first bar as one of the window's own.
      expect(total.valid).toBe(695_653 + 14);
      expect(percent(total.flag)).toBeCloseTo(0.53, 2);
      expect(percent(total.wedge)).toBeCloseTo(6.0, 1);
      expect(percent(total.blowoff)).toBeCloseTo(0.53, 2);
      expect(percent(total.wick_exhaustion)).toBeCloseTo(1.4, 1);
      expect((1e5 * total.events) / total.valid).toBeGreaterThan(310);
      expect((1e5 * total.events) / total.valid).toBeLessThan(350);
      expect(total.literal).toBeLessThan(10);
    }, 240_000);
  },
);
