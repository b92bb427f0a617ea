import type { OpenedSeries } from '@/lib/contract/explore.ts';
import { CONTINUOUS_MARKET, segmentAt } from '@/lib/core/segment.ts';
import { type TimeRuns, tsOfBar } from '@/lib/core/time-runs.ts';
import { findWindowFault, type WindowFault, windowFaultWords } from '@/lib/core/window-fault.ts';

/** When each bar of a series opens. */
export function runsOf({ runs, bars, timeframeMs }: OpenedSeries): TimeRuns {
  return { ...runs, length: bars, timeframeMs };
}

/** Why no valid window ends at a bar; null where one does. */
export function faultAt(
  { segments, bars, timeframeMs, maxWindowGap }: OpenedSeries,
  runs: TimeRuns,
  bar: number,
) {
  const all = segments.map((from, i) => ({ from, to: segments[i + 1] ?? bars }));
  const settings = { ...CONTINUOUS_MARKET, windowGap: maxWindowGap };
  return findWindowFault((i) => tsOfBar(runs, i), timeframeMs, segmentAt(all, bar), settings, bar);
}

/** A fault as a sentence of its own. */
export function noWindowWords(fault: WindowFault): string {
  return `No valid window ends here: ${windowFaultWords(fault)}.`;
}
