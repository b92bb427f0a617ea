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
 * all bars from the start of the segment where that is so near that the indicators still warm up.
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
  return takeStretch(bars, segment, indicators, t, t + 1, timeframeMs);
}

/**
 * One snapshot of all windows that end at bars `[from, to)` of a segment: the warm-up is that of the first, the last
 * bar is `to - 1`. Recomputing from it is bit-identical to each window's own snapshot.
 * @throws RangeError when fewer than 64 bars of the segment end at `from`, or `to` lies outside it
 */
export function takeStretch(
  bars: Bars,
  segment: Segment,
  indicators: IndicatorColumns,
  from: number,
  to: number,
  timeframeMs: number,
): Snapshot {
  if (from < segment.from + WINDOW_BARS - 1 || to <= from || to > segment.to) {
    const ends = from === to - 1 ? `bar ${from}` : `bars ${from} to ${to - 1}`;
    throw new RangeError(
      `snapshot at ${ends}: a window of ${WINDOW_BARS} bars of segment [${segment.from}, ${segment.to}) ends at bars ${segment.from + WINDOW_BARS - 1} to ${segment.to - 1}`,
    );
  }
  const first = snapshotStart(segment.from, from);
  const state = first === segment.from ? null : stateBefore(bars, indicators, first);
  return { timeframeMs, bars: sliceBars(bars, first, to), state };
}

/** No snapshot of one window holds more bars. */
export const LONGEST_SNAPSHOT = WINDOW_BARS + WARMUP_BARS + FIRST_STATEFUL_INDEX - 1;

/** The first bar that the snapshot of the window at bar `t` holds, where bar `t` is of the segment that begins at `segmentFrom`. */
export function snapshotStart(segmentFrom: number, t: number): number {
  const first = t - WINDOW_BARS - WARMUP_BARS + 1;
  return first - segmentFrom < FIRST_STATEFUL_INDEX ? segmentFrom : first;
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
