import { placeWindow, type SplitPlan, type SplitWindow } from '@/lib/core/split.ts';
import { WINDOW_BARS } from '@/lib/core/window.ts';
import { type Candidate, type DatasetSeries, marketOf } from './candidate.ts';

/** First bars of windows (open times, ms UTC) by snapshot hash, of those that were asked for. */
export type FirstBars = ReadonlyMap<string, number>;

/** The window as splits see it. @param firstTs open time of its first bar, where a gap may have moved it back */
export function splitWindow(series: DatasetSeries, ts: number, firstTs?: number): SplitWindow {
  return {
    series: String(series.id),
    symbol: marketOf(series),
    timeframeMs: series.timeframeMs,
    firstTs: firstTs ?? ts - (WINDOW_BARS - 1) * series.timeframeMs,
    ts,
  };
}

/**
 * Whether only the window's own bars tell where it belongs: gaps, as long as its series allows them, could begin it on
 * the other side of a cut or among the bars of a gold window.
 */
export function needsFirstBar({ ts }: Candidate, series: DatasetSeries, plan: SplitPlan): boolean {
  const gapless = placeWindow(splitWindow(series, ts), plan);
  if (gapless.split === null || series.maxWindowGap <= 1) return false;
  const earliest = ts - (WINDOW_BARS - 1) * series.maxWindowGap * series.timeframeMs;
  return placeWindow(splitWindow(series, ts, earliest), plan).split === null;
}
