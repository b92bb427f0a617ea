import { WINDOW_BARS } from '@/lib/core/window.ts';

/** Windows that end at bars `[from, to)` of the segment that begins at `segmentFrom`: the work of one worker at a time. */
export interface ScanTask {
  readonly from: number;
  readonly to: number;
  readonly segmentFrom: number;
}

/** About ten seconds of one worker: a cancelled or lost one loses no more. */
const MOST_WINDOWS = 1024;
/** Below it fetching and warming up cost more than they bring. */
const FEWEST_WINDOWS = 64;

/**
 * Cuts a range of bars into tasks, from left to right: none across segments, none of bars that are done already, and so
 * short that all workers have something to do.
 * @param segments first bar of each segment, ascending, the first 0
 * @param bars of the series
 * @param isDone whether a bar's window has been scanned
 */
export function planScan(
  { from, to }: { readonly from: number; readonly to: number },
  { segments, bars }: { readonly segments: readonly number[]; readonly bars: number },
  isDone: (bar: number) => boolean,
  workers: number,
): ScanTask[] {
  const spans: ScanTask[] = [];
  let total = 0;
  segments.forEach((segmentFrom, i) => {
    const segmentTo = segments[i + 1] ?? bars;
    // No window of 64 bars ends earlier.
    const begin = Math.max(Math.floor(from), segmentFrom + WINDOW_BARS - 1, 0);
    const end = Math.min(Math.ceil(to), segmentTo);
    for (let bar = begin; bar < end; ) {
      if (isDone(bar)) {
        bar++;
        continue;
      }
      let stop = bar + 1;
      while (stop < end && !isDone(stop)) stop++;
      spans.push({ from: bar, to: stop, segmentFrom });
      total += stop - bar;
      bar = stop;
    }
  });
  const length = Math.min(MOST_WINDOWS, Math.max(FEWEST_WINDOWS, Math.ceil(total / workers)));
  return spans.flatMap((span) =>
    Array.from({ length: Math.ceil((span.to - span.from) / length) }, (_, i) => ({
      ...span,
      from: span.from + i * length,
      to: Math.min(span.to, span.from + (i + 1) * length),
    })),
  );
}
