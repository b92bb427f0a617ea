import { allocateBars, BAR_FIELDS, type Bars, sliceBars } from '@/lib/core/bar.ts';
import { LONGEST_SNAPSHOT, snapshotStart } from '@/lib/core/snapshot.ts';
import { MIN_SEGMENT_INDEX } from '@/lib/core/window.ts';
import { isChange, type MergedBars } from './merge.ts';

export interface StaleSearch {
  readonly timeframeMs: number;
  /** In timeframes; see Series. */
  readonly segmentGap: number;
  /** Windows taken from the bars before the merge, oldest first. */
  readonly windows: readonly { readonly id: string; readonly ts: number }[];
  /** The bars that windows hold, as they are stored. */
  readonly barsOf: (ids: readonly string[]) => Promise<ReadonlyMap<string, Bars>>;
}

/**
 * Finds the windows that no longer hold the bars that their series has. A window in whose reach nothing was added or
 * restated is not looked at.
 * @param merged all bars of the series, oldest first
 * @returns their ids
 */
export async function findStaleWindows(
  merged: AsyncIterable<MergedBars>,
  { timeframeMs, segmentGap, windows, barsOf }: StaleSearch,
): Promise<string[]> {
  const stale: string[] = [];
  // The stretch that is looked at, after as many bars of the ones before as its first window may hold.
  let bars = allocateBars(0);
  // Both are indices into `bars`; what they name may be gone from it.
  let segmentFrom = 0;
  let changedAt = Number.NEGATIVE_INFINITY;
  let next = 0;
  for await (const stretch of merged) {
    const dropped = Math.max(0, bars.length - LONGEST_SNAPSHOT);
    segmentFrom -= dropped;
    changedAt -= dropped;
    const before = bars.length - dropped;
    bars = join(sliceBars(bars, dropped, bars.length), stretch.bars);

    const wanted = new Map<string, Bars>();
    for (let t = before; t < bars.length; t++) {
      if (t > 0 && bars.ts[t] - bars.ts[t - 1] > segmentGap * timeframeMs) segmentFrom = t;
      if (isChange(stretch.origin[t - before])) changedAt = t;
      for (; next < windows.length && windows[next].ts <= bars.ts[t]; next++) {
        // One more bar than a window holds: a bar before its first may have joined its segment to another.
        if (t - changedAt > LONGEST_SNAPSHOT) continue;
        if (t - segmentFrom < MIN_SEGMENT_INDEX) stale.push(windows[next].id);
        else wanted.set(windows[next].id, sliceBars(bars, snapshotStart(segmentFrom, t), t + 1));
      }
    }
    const stored = wanted.size > 0 ? await barsOf([...wanted.keys()]) : new Map<string, Bars>();
    for (const [id, held] of stored) if (!sameBars(held, wanted.get(id))) stale.push(id);
    if (next === windows.length) break;
  }
  return stale;
}

function join(a: Bars, b: Bars): Bars {
  const out = allocateBars(a.length + b.length);
  for (const name of BAR_FIELDS) {
    out[name].set(a[name]);
    out[name].set(b[name], a.length);
  }
  return out;
}

function sameBars(a: Bars, b: Bars | undefined): boolean {
  if (a.length !== b?.length) return false;
  return BAR_FIELDS.every((name) => a[name].every((value, i) => Object.is(value, b[name][i])));
}
