import { computeIndicators } from '@/lib/core/indicator/compute-indicators.ts';
import { findSegments, type Segment } from '@/lib/core/segment.ts';
import { type Snapshot, takeStretch } from '@/lib/core/snapshot.ts';
import { readBuckets, readStamps } from './read-range.ts';
import { segmentSettingsOf } from './segment-settings.ts';

/** What must be known of a series to read its windows. */
export interface ReadableSeries {
  readonly barsKey: string;
  readonly timeframeMs: number;
  readonly segmentGap: number;
  readonly maxWindowGap: number;
}

export interface SeriesTimes {
  /** Stamps of all bars, ms UTC. */
  readonly ts: Float64Array;
  readonly segments: readonly Segment[];
}

/** When a series has bars, and where its segments begin. */
export async function readTimes(series: ReadableSeries): Promise<SeriesTimes> {
  const ts = await readStamps(series.barsKey);
  return { ts, segments: findSegments(ts, series.timeframeMs, segmentSettingsOf(series)) };
}

/**
 * The snapshot of all windows that end at bars `[from, to)` of a segment, as a scan would take it: its indicators come
 * from the whole segment.
 * @throws RangeError when fewer than 64 bars of the segment end at `from`, or `to` lies outside it
 */
export async function readStretch(
  series: ReadableSeries,
  segment: Segment,
  from: number,
  to: number,
): Promise<Snapshot> {
  const bars = await readBuckets(series.barsKey, segment.from, to, 1);
  const indicators = computeIndicators(bars, 0, bars.length);
  const own = { from: 0, to: bars.length };
  return takeStretch(bars, own, indicators, from - segment.from, to - segment.from, series.timeframeMs);
}
