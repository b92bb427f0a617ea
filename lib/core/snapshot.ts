import type { Bars } from './bar.ts';
import type { IndicatorState } from './indicator/indicators.ts';

/**
 * What a stored window keeps of its series: the window's 64 bars, the bars before them that the indicators need, and
 * the indicator state before the first of those. Recomputing from it is bit-identical to the scan.
 */
export interface Snapshot {
  readonly timeframeMs: number;
  /** Warm-up bars followed by the 64 bars of the window; the last bar is t. */
  readonly bars: Bars;
  /** State before `bars[0]`; null where `bars[0]` begins its segment. */
  readonly state: IndicatorState | null;
}
