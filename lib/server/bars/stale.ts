import { BAR_FIELDS, type Bars } from '@/lib/core/bar.ts';
import { allocateIndicators, computeIndicators } from '@/lib/core/indicator/compute-indicators.ts';
import { findSegments, type SegmentSettings, segmentAt } from '@/lib/core/segment.ts';
import { type Snapshot, takeSnapshot } from '@/lib/core/snapshot.ts';
import { MIN_SEGMENT_INDEX } from '@/lib/core/window.ts';

/** No snapshot holds more bars (core/snapshot.ts). */
const LONGEST_SNAPSHOT = 213;

/**
 * Of windows taken from `before`, those in whose reach something changed: their snapshots must be looked at.
 * @param windowTs ascending stamps of the windows' last bars
 * @param changedTs ascending stamps of bars that were added or restated
 * @returns indices into `windowTs`
 */
export function windowsInReach(windowTs: Float64Array, before: Bars, changedTs: Float64Array): number[] {
  const found: number[] = [];
  let bar = 0;
  for (let w = 0; w < windowTs.length; w++) {
    while (bar < before.length && before.ts[bar] < windowTs[w]) bar++;
    const from = bar - LONGEST_SNAPSHOT < 0 ? Number.NEGATIVE_INFINITY : before.ts[bar - LONGEST_SNAPSHOT];
    const next = firstAfter(changedTs, from);
    if (next < changedTs.length && changedTs[next] <= windowTs[w]) found.push(w);
  }
  return found;
}

/** The first index whose stamp is after `ts`. */
function firstAfter(stamps: Float64Array, ts: number): number {
  let low = 0;
  let high = stamps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (stamps[middle] <= ts) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Tells whether a stored window still holds the bars that its series has; the state before them is not compared. */
export function createStaleCheck(
  bars: Bars,
  timeframeMs: number,
  gaps: { segmentGap: number; maxWindowGap: number },
): (snapshot: Snapshot) => boolean {
  const settings: SegmentSettings = {
    segmentGap: gaps.segmentGap,
    windowGap: gaps.maxWindowGap,
    minSegmentIndex: MIN_SEGMENT_INDEX,
  };
  const segments = findSegments(bars.ts, timeframeMs, settings);
  const indicators = allocateIndicators(bars.length);
  for (const { from, to } of segments) computeIndicators(bars, from, to, null, indicators);
  return (snapshot) => {
    const t = firstAfter(bars.ts, snapshot.bars.ts[snapshot.bars.length - 1]) - 1;
    if (t < 0) return true;
    const segment = segmentAt(segments, t);
    if (t - segment.from < MIN_SEGMENT_INDEX) return true;
    return !sameBars(snapshot.bars, takeSnapshot(bars, segment, indicators, t, timeframeMs).bars);
  };
}

function sameBars(a: Bars, b: Bars): boolean {
  if (a.length !== b.length) return false;
  return BAR_FIELDS.every((name) => a[name].every((value, i) => Object.is(value, b[name][i])));
}
