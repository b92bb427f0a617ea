import { seriesKey } from '@/lib/contract/manifest.ts';
import { bisect } from '@/lib/core/bisect.ts';
import { EMBARGO_BARS, type Split } from '@/lib/core/split.ts';
import { timeframeMs } from '@/lib/core/timeframe.ts';
import type { LabelRow } from './label-rows.ts';

/** A window by its identity. */
export type Place = Pick<LabelRow, 'venue' | 'symbol' | 'timeframe' | 'ts'>;

/**
 * What counts as known to a version: windows that it was trained or tuned on, and those within 64 bars of one in its
 * series. Validation counts too: it chose the epoch, the temperatures and the thresholds.
 * @param splits only what lies in these, where all that are compared were tuned on the same validation rows
 */
export function knownTo(
  rows: readonly LabelRow[],
  splits: readonly Split[] = ['train', 'validation'],
): (place: Place) => boolean {
  const stamps = new Map<string, number[]>();
  for (const row of rows) {
    if (!splits.includes(row.split)) continue;
    const key = seriesKey(row);
    const of = stamps.get(key);
    if (of) of.push(row.ts);
    else stamps.set(key, [row.ts]);
  }
  for (const of of stamps.values()) of.sort((a, b) => a - b);
  return (place) => {
    const of = stamps.get(seriesKey(place));
    if (!of) return false;
    const reach = EMBARGO_BARS * timeframeMs(place.timeframe);
    const next = bisect(of.length, (i) => of[i] >= place.ts - reach);
    return next < of.length && of[next] <= place.ts + reach;
  };
}
