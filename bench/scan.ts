import type { Bars } from '../lib/core/bar.ts';
import { computeIndicators } from '../lib/core/indicator/compute-indicators.ts';
import { createRuleContext } from '../lib/core/rule/rule-context.ts';
import { DEFAULT_RULE_SET } from '../lib/core/rule/rule-set.ts';
import { RULES } from '../lib/core/rule/rules.ts';
import { createScan, scanSeries } from '../lib/core/scan.ts';
import type { ScanOptions } from '../lib/core/scan-options.ts';
import { CONTINUOUS_MARKET } from '../lib/core/segment.ts';
import { timeframeMs } from '../lib/core/timeframe.ts';
import { MIN_SEGMENT_INDEX } from '../lib/core/window.ts';
import type { Bench, Figure } from './figure.ts';
import { machineName } from './machine.ts';
import { readRealSeries, realSeriesNames } from './real-bars.ts';

interface Series {
  readonly bars: Bars;
  readonly timeframeMs: number;
}

/** The real bars where they are, else a synthetic market with as many. */
async function loadSeries(): Promise<{ series: Series[]; kind: string }> {
  const files = realSeriesNames();
  if (files.length > 0) return { series: files.map(readRealSeries), kind: 'real' };
  const { generateUniverse } = await import('../lib/core/synthetic/universe.ts');
  const universe = generateUniverse(1, { barsPerSeries: 115_000 });
  const series = universe.map(({ bars, timeframe }) => ({ bars, timeframeMs: timeframeMs(timeframe) }));
  return { series, kind: 'synthetic' };
}

function optionsOf({ timeframeMs }: Series): ScanOptions {
  return {
    timeframeMs,
    segmentSettings: CONTINUOUS_MARKET,
    ruleSet: DEFAULT_RULE_SET,
    lookbackDays: 'all',
    seed: 1,
  };
}

/** Bars a second of the fastest of `rounds` passes of `work` over all series; the first pass also warms the compiler. */
function fastest(series: readonly Series[], rounds: number, work: (one: Series) => void): number {
  const bars = series.reduce((sum, one) => sum + one.bars.length, 0);
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now();
    for (const one of series) work(one);
    best = Math.min(best, performance.now() - begun);
  }
  return (bars / best) * 1000;
}

const bench: Bench = {
  name: 'scan',
  about: 'indicators, all rules, weak labels and events over every bar, on one core',

  async run({ quick }) {
    const { series, kind } = await loadSeries();
    const rounds = quick ? 2 : 5;
    const bars = series.reduce((sum, one) => sum + one.bars.length, 0);
    const figure = (name: string, value: number, limit: number | null): Figure => ({
      bench: 'scan',
      figure: name,
      value: Math.round(value),
      unit: 'bars/s',
      n: rounds,
      size: `${bars} ${kind} bars in ${series.length} series`,
      limit,
      machine: machineName(),
    });
    const all = fastest(series, rounds, (one) =>
      createScan(one.bars, optionsOf(one)).advance(one.bars.length),
    );
    const kept = fastest(series, rounds, (one) => scanSeries(one.bars, optionsOf(one)));
    const perRule = RULES.map((rule) => {
      const speed = fastest(series, rounds, ({ bars: own }) => {
        const context = createRuleContext(own, computeIndicators(own, 0, own.length), DEFAULT_RULE_SET.cvd);
        if (own.length > MIN_SEGMENT_INDEX) {
          rule.scan(context, MIN_SEGMENT_INDEX, own.length, DEFAULT_RULE_SET, new Uint8Array(own.length));
        }
      });
      return figure(`${rule.id}_alone`, speed, null);
    });
    return [figure('all_rules', all, 300_000), figure('with_kept_windows', kept, null), ...perRule];
  },
};

export default bench;
