import type { Bars } from '@/lib/core/bar.ts';
import { allocateBars } from '@/lib/core/bar.ts';
import { findGaps } from '@/lib/core/bar-validation.ts';
import { timeframeMs } from '@/lib/core/timeframe.ts';
import { type MergedBars, mergeBars } from '../bars/merge.ts';
import { guessGapSettings } from '../bars/session.ts';
import { unpackSnapshot } from '../bars/snapshot-bytes.ts';
import { createStaleCheck, windowsInReach } from '../bars/stale.ts';
import { readBars, type SeriesName, writeBars } from '../bars/store.ts';
import { inTransaction } from '../db/transaction.ts';
import { findSeriesByName, pointToBars, type SeriesRow } from '../repo/series.ts';
import { findLiveWindows, findWindowsWithSnapshot, markStale } from '../repo/window.ts';

const MERGE_TRIES = 5;
const WINDOWS_AT_ONCE = 500;

export interface StoredBars {
  readonly seriesId: number;
  readonly added: number;
  readonly unchanged: number;
  readonly restated: number;
  readonly windowsMadeStale: number;
  readonly gaps: number;
  readonly bars: number;
}

/**
 * Merges valid bars into a series, which is made where it is missing. The file is written first and the pointer to it
 * moves last, in the transaction that marks stale what no longer holds the series' bars: whoever looks sees all of it
 * or nothing. The same bars again change nothing.
 * @param bars strictly increasing, at least one
 */
export async function storeBars(
  name: SeriesName,
  bars: Bars,
  options: { gridOffsetMs: number; synthetic: boolean; signal: AbortSignal },
): Promise<StoredBars> {
  for (let tries = 0; tries < MERGE_TRIES; tries++) {
    const series = await findSeriesByName(name.venue, name.symbol, name.timeframe);
    const stored = series?.barsKey ? await readBars(series.barsKey) : allocateBars(0);
    const merged = mergeBars(stored, bars);
    options.signal.throwIfAborted();
    if (series && merged.changedTs.length === 0) return report(series.id, merged, 0, series.timeframeMs);
    const done = await land(name, series, stored, merged, options);
    if (done) return done;
  }
  throw new Error(
    `${name.venue} ${name.symbol} ${name.timeframe} was changed by others ${MERGE_TRIES} times meanwhile`,
  );
}

async function land(
  name: SeriesName,
  series: SeriesRow | null,
  before: Bars,
  merged: MergedBars,
  { gridOffsetMs, synthetic, signal }: { gridOffsetMs: number; synthetic: boolean; signal: AbortSignal },
): Promise<StoredBars | null> {
  const { bars } = merged;
  const barMs = timeframeMs(name.timeframe);
  const gaps = series ?? guessGapSettings(bars.ts, barMs);
  const barsKey = await writeBars(name, bars);
  return inTransaction(async (tx) => {
    const pointer = {
      ...name,
      timeframeMs: barMs,
      gridOffsetMs,
      segmentGap: gaps.segmentGap,
      maxWindowGap: gaps.maxWindowGap,
      synthetic,
      barsKey,
      barCount: bars.length,
      firstTs: bars.ts[0],
      lastTs: bars.ts[bars.length - 1],
      gapCount: findGaps(bars.ts, barMs).length,
      takerShare: takerShare(bars),
    };
    const id = await pointToBars(tx, pointer, series?.barsKey ?? null);
    if (id === null) return null;
    // Only now: the pointer is ours until the end, so a scan of the former bars has stored its windows or will scan anew.
    const stale = series ? await findStale(series, before, merged) : [];
    await markStale(tx, stale);
    signal.throwIfAborted();
    return report(id, merged, stale.length, barMs);
  });
}

/** Ids of the windows whose snapshots no longer hold what the series has. */
async function findStale(
  series: SeriesRow,
  before: Bars,
  { bars, changedTs }: MergedBars,
): Promise<string[]> {
  const windows = await findLiveWindows(series.id);
  const inReach = windowsInReach(
    Float64Array.from(windows, ({ ts }) => ts),
    before,
    changedTs,
  );
  if (inReach.length === 0) return [];
  const isStale = createStaleCheck(bars, series.timeframeMs, series);
  const stale: string[] = [];
  for (let from = 0; from < inReach.length; from += WINDOWS_AT_ONCE) {
    const ids = inReach.slice(from, from + WINDOWS_AT_ONCE).map((w) => windows[w].id);
    for (const { id, bytes } of await findWindowsWithSnapshot(ids)) {
      if (isStale(unpackSnapshot(bytes))) stale.push(id);
    }
  }
  return stale;
}

function report(
  seriesId: number,
  merged: MergedBars,
  windowsMadeStale: number,
  timeframeMs: number,
): StoredBars {
  const { added, unchanged, restated, bars } = merged;
  const gaps = findGaps(bars.ts, timeframeMs).length;
  return { seriesId, added, unchanged, restated, windowsMadeStale, gaps, bars: bars.length };
}

function takerShare(bars: Bars): number {
  let known = 0;
  for (const taker of bars.takerBuyVolume) if (!Number.isNaN(taker)) known++;
  return bars.length === 0 ? 0 : known / bars.length;
}
