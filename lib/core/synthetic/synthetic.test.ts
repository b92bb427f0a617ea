import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { createBarCheck } from '../bar-validation.ts';
import { EVENT, WEAK_CLASSES } from '../event.ts';
import { DEFAULT_RULE_SET, RULE_IDS } from '../rule/rule-set.ts';
import { scanSeries } from '../scan.ts';
import { CONTINUOUS_MARKET } from '../segment.ts';
import { timeframeMs } from '../timeframe.ts';
import type { SyntheticSeries } from './generate-series.ts';
import { scoreAgainstTruth, sumScores, type TruthScore } from './truth-score.ts';
import { generateUniverse } from './universe.ts';

/** Share of valid windows in which each rule fires on real bars. */
const REAL_PREVALENCE = { flag: 0.0053, wedge: 0.06, blowoff: 0.0053, wick_exhaustion: 0.014 };

describe('the demo universe', () => {
  let universe: SyntheticSeries[];
  beforeAll(() => {
    universe = generateUniverse(1);
  }, 60_000);

  it('holds at least 2,500 planted patterns of each class, in order of time', () => {
    for (const name of RULE_IDS) {
      const planted = universe.flatMap(({ truth }) => truth.filter((pattern) => pattern.class === name));
      expect(planted.length, name).toBeGreaterThanOrEqual(2500);
    }
    for (const { truth } of universe) {
      expect(truth.every((pattern, i) => i === 0 || truth[i - 1].ts < pattern.visibleFromTs)).toBe(true);
      expect(truth.every(({ ts, visibleFromTs }) => visibleFromTs <= ts)).toBe(true);
    }
  });

  it('spreads its patterns over the whole of each series', () => {
    for (const { bars, truth } of universe) {
      const halfway = bars.ts[bars.length / 2];
      const share = truth.filter(({ ts }) => ts < halfway).length / truth.length;
      expect(share).toBeGreaterThan(0.42);
      expect(share).toBeLessThan(0.58);
    }
  });

  it('consists of valid bars with taker volume and no gap', () => {
    for (const { bars, timeframe, symbol } of universe) {
      const ms = timeframeMs(timeframe);
      const { rejected } = createBarCheck({ timeframeMs: ms, gridOffsetMs: 0 }).check(bars);
      expect(rejected, `${symbol} ${timeframe}`).toEqual([]);
      expect(bars.takerBuyVolume.some(Number.isNaN)).toBe(false);
      expect(bars.ts[bars.length - 1] - bars.ts[0]).toBe((bars.length - 1) * ms);
    }
  });

  it('gives each flag a pole as tall as on real bars, and other patterns none', () => {
    const patterns = universe.flatMap(({ truth }) => truth);
    const poles = patterns
      .flatMap(({ poleKatr }) => (poleKatr === null ? [] : [poleKatr]))
      .sort((a, b) => a - b);
    expect(poles.length).toBe(patterns.filter((pattern) => pattern.class === 'flag').length);
    // On real bars the 5 % and 95 % quantiles are 3.6 and 8.7 mean true ranges.
    expect(poles[Math.floor(poles.length * 0.05)]).toBeGreaterThan(3);
    expect(poles[Math.floor(poles.length * 0.95)]).toBeLessThan(10);
  });

  it('moves like a market: fat tails, clustering volatility, volume and takers that follow price', () => {
    for (const { bars, symbol, timeframe } of universe) {
      const returns = Array.from({ length: bars.length - 1 }, (_, i) =>
        Math.log(bars.close[i + 1] / bars.close[i]),
      );
      const sizes = returns.map(Math.abs);
      const volumes = Array.from(bars.volume.subarray(1), Math.log);
      const shares = returns.map((_, i) => bars.takerBuyVolume[i + 1] / bars.volume[i + 1]);
      const variance = covariance(returns, returns);
      const fourth = returns.reduce((sum, r) => sum + r ** 4, 0) / returns.length;
      const name = `${symbol} ${timeframe}`;
      expect(fourth / variance ** 2, name).toBeGreaterThan(6);
      expect(Math.abs(correlation(returns.slice(1), returns.slice(0, -1))), name).toBeLessThan(0.15);
      expect(correlation(sizes.slice(1), sizes.slice(0, -1)), name).toBeGreaterThan(0.15);
      expect(correlation(sizes.slice(20), sizes.slice(0, -20)), name).toBeGreaterThan(0.03);
      expect(correlation(sizes, volumes), name).toBeGreaterThan(0.15);
      expect(correlation(returns, shares), name).toBeGreaterThan(0.3);
    }
  });

  describe('scanned with rule set 1', () => {
    const scores: Partial<Record<string, TruthScore>> = {};
    const fired: Record<string, number> = {};
    let windows = 0;

    beforeAll(() => {
      const parts = universe.map((series) => scan(series));
      for (const name of RULE_IDS) {
        scores[name] = sumScores(parts.map((part) => part.scores[name]));
        fired[name] = parts.reduce((sum, part) => sum + part.result.rules[name].fired, 0);
      }
      windows = parts.reduce((sum, part) => sum + part.result.validWindows, 0);
    }, 120_000);

    it.each(RULE_IDS)('fires %s between half and twice as often as on real bars', (name) => {
      const prevalence = fired[name] / windows;
      expect(prevalence).toBeGreaterThan(REAL_PREVALENCE[name] / 2);
      expect(prevalence).toBeLessThan(REAL_PREVALENCE[name] * 2);
    });

    it.each(RULE_IDS)('finds planted %s patterns neither too badly nor too well', (name) => {
      const { precision, recall } = scores[name] ?? {};
      for (const share of [precision, recall]) {
        expect(share).toBeGreaterThan(0.5);
        expect(share).toBeLessThan(0.95);
      }
    });
  });
});

describe('generateUniverse', () => {
  it('makes the same bars and truth from the same seed, and others from another', () => {
    const make = (seed: number) => generateUniverse(seed, { series: 1, barsPerSeries: 3000 });
    expect(make(5)).toEqual(make(5));
    expect(make(5)[0].bars.close).not.toEqual(make(6)[0].bars.close);
  });

  it('leaves series as they are when fewer are asked for', () => {
    const three = generateUniverse(2, { series: 3, barsPerSeries: 1000 });
    expect(generateUniverse(2, { series: 2, barsPerSeries: 1000 })).toEqual(three.slice(0, 2));
    expect(three.map(({ symbol, timeframe }) => `${symbol} ${timeframe}`)).toEqual([
      'ALPHA 15m',
      'ALPHA 1h',
      'BRAVO 15m',
    ]);
  });

  it('refuses more series than there are and series too short to hold anything', () => {
    expect(() => generateUniverse(1, { series: 17 })).toThrow('between 1 and 16');
    expect(() => generateUniverse(1, { barsPerSeries: 500 })).toThrow('500 bars');
  });

  it('knows nothing of the rules', () => {
    const folder = new URL('.', import.meta.url);
    const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
    const imports = files.flatMap((file) =>
      [...readFileSync(new URL(file, folder), 'utf8').matchAll(/from '([^']+)'/g)].map((match) => match[1]),
    );
    const outside = new Set(imports.filter((path) => !path.startsWith('./')));
    expect([...outside].sort()).toEqual(['../bar.ts', '../random.ts', '../timeframe.ts']);
  });
});

function scan({ bars, timeframe, truth }: SyntheticSeries) {
  const ms = timeframeMs(timeframe);
  const result = scanSeries(bars, {
    timeframeMs: ms,
    segmentSettings: CONTINUOUS_MARKET,
    ruleSet: DEFAULT_RULE_SET,
    lookbackDays: 'all',
    seed: 1,
  });
  const { labels, events } = result.columns;
  const scoreOf = (name: (typeof RULE_IDS)[number]): TruthScore => {
    const label = WEAK_CLASSES.indexOf(name);
    const eventTs = Array.from(bars.ts).filter((_, t) => events[t] === EVENT && labels[t] === label);
    return scoreAgainstTruth(truth, name, eventTs, ms);
  };
  return {
    result,
    scores: {
      flag: scoreOf('flag'),
      wedge: scoreOf('wedge'),
      blowoff: scoreOf('blowoff'),
      wick_exhaustion: scoreOf('wick_exhaustion'),
    },
  };
}

function covariance(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanX = mean(x);
  const meanY = mean(y);
  return x.reduce((sum, value, i) => sum + (value - meanX) * (y[i] - meanY), 0) / x.length;
}

function correlation(x: readonly number[], y: readonly number[]): number {
  return covariance(x, y) / Math.sqrt(covariance(x, x) * covariance(y, y));
}
