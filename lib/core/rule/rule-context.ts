import type { Bars } from '../bar.ts';
import { type CvdMode, computeDelta } from '../indicator/cvd.ts';
import type { Indicators } from '../indicator/indicators.ts';

/**
 * What rules look at: bars and the columns computed from them, all aligned. Indices of rules are indices into these;
 * a rule asked about bar t reads bars t-63..t only, which must be of one segment.
 */
export interface RuleContext {
  readonly bars: Bars;
  readonly indicators: Indicators;
  /** Bar delta, base units, NaN where unknown. */
  readonly delta: Float64Array;
  readonly cvd: CvdMode;
}

/** The context of `bars` whose indicators are known, for instance those of an opened snapshot. */
export function createRuleContext(bars: Bars, indicators: Indicators, cvd: CvdMode): RuleContext {
  const delta = new Float64Array(bars.length);
  computeDelta(bars, 0, bars.length, cvd, delta);
  return { bars, indicators, delta, cvd };
}
