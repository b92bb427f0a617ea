import { type Bars, sliceBars } from './bar.ts';
import {
  computeIndicators,
  FIRST_STATEFUL_INDEX,
  type IndicatorColumns,
  stateBefore,
} from './indicator/compute-indicators.ts';
import type { IndicatorState } from './indicator/indicators.ts';
import type { Segment } from './segment.ts';
import { WARMUP_BARS, WINDOW_BARS } from './window.ts';

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

/**
 * The snapshot of the window that ends at bar `t`: its 64 bars and 128 before them with the state before the first, or
 * all bars from the start of the segment where that is so near that the indicators still warm up (213 bars at most).
 * Its columns are views of `bars`.
 * @param indicators computed over the whole segment
 * @throws RangeError when fewer than 64 bars of the segment end at `t`
 */
export function takeSnapshot(
  bars: Bars,
  segment: Segment,
  indicators: IndicatorColumns,
  t: number,
  timeframeMs: number,
): Snapshot {
  if (t < segment.from + WINDOW_BARS - 1 || t >= segment.to) {
    throw new RangeError(
      `snapshot at bar ${t}: a window of ${WINDOW_BARS} bars of segment [${segment.from}, ${segment.to}) ends at bars ${segment.from + WINDOW_BARS - 1} to ${segment.to - 1}`,
    );
  }
  const first = t - WINDOW_BARS - WARMUP_BARS + 1;
  if (first - segment.from < FIRST_STATEFUL_INDEX) {
    return { timeframeMs, bars: sliceBars(bars, segment.from, t + 1), state: null };
  }
  return {
    timeframeMs,
    bars: sliceBars(bars, first, t + 1),
    state: stateBefore(bars, indicators, first),
  };
}

/** A snapshot made ready for rules, images and charts: indices are into `bars`. */
export interface OpenedSnapshot {
  readonly bars: Bars;
  readonly indicators: IndicatorColumns;
  /** The window's last bar, which is the last of all. */
  readonly t: number;
  readonly windowStart: number;
}

/** Recomputes a snapshot's indicators, bit for bit those of the scan. */
export function openSnapshot(snapshot: Snapshot): OpenedSnapshot {
  const { bars, state } = snapshot;
  return {
    bars,
    indicators: computeIndicators(bars, 0, bars.length, state),
    t: bars.length - 1,
    windowStart: bars.length - WINDOW_BARS,
  };
}
