import { bisect } from './bisect.ts';

/**
 * The stamps of a series as runs of bars that follow each other without a gap: exact, and a few numbers for hundreds of
 * thousands of bars.
 */
export interface TimeRuns {
  /** Bars of the series. */
  readonly length: number;
  readonly timeframeMs: number;
  /** Index of each run's first bar, ascending; the first is 0. */
  readonly bars: readonly number[];
  /** Its stamp, ms UTC. */
  readonly ts: readonly number[];
}

/** @param ts ms UTC, strictly increasing */
export function findTimeRuns(ts: Float64Array, timeframeMs: number): TimeRuns {
  const bars: number[] = [];
  const starts: number[] = [];
  for (let i = 0; i < ts.length; i++) {
    if (i > 0 && ts[i] - ts[i - 1] === timeframeMs) continue;
    bars.push(i);
    starts.push(ts[i]);
  }
  return { length: ts.length, timeframeMs, bars, ts: starts };
}

/**
 * The stamp of bar `bar`.
 * @throws RangeError where the series has no such bar
 */
export function tsOfBar(runs: TimeRuns, bar: number): number {
  if (!(Number.isInteger(bar) && bar >= 0 && bar < runs.length)) {
    throw new RangeError(`bar ${bar} of a series of ${runs.length} bars`);
  }
  const run = lastNotAfter(runs.bars, bar);
  return runs.ts[run] + (bar - runs.bars[run]) * runs.timeframeMs;
}

/** The last bar stamped at or before `ts`; -1 where all are later. */
export function barAtTs(runs: TimeRuns, ts: number): number {
  const run = lastNotAfter(runs.ts, ts);
  if (run < 0) return -1;
  const end = run + 1 < runs.bars.length ? runs.bars[run + 1] : runs.length;
  const steps = Math.floor((ts - runs.ts[run]) / runs.timeframeMs);
  return Math.min(end - 1, runs.bars[run] + steps);
}

/** Index of the last of the ascending `values` that is not above `limit`; -1 where all are. */
function lastNotAfter(values: readonly number[], limit: number): number {
  return bisect(values.length, (i) => values[i] > limit) - 1;
}
