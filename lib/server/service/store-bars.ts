import type { Bars } from '@/lib/core/bar.ts';
import { timeframeMs } from '@/lib/core/timeframe.ts';
import { type MergedBars, mergeBars, ORIGINS, type Stretches } from '../bars/merge.ts';
import { createGapTally, type GapTally } from '../bars/session.ts';
import { unpackSnapshot } from '../bars/snapshot-bytes.ts';
import { findStaleWindows } from '../bars/stale.ts';
import { type SeriesName, streamBars, withBarWriter } from '../bars/store.ts';
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

export interface StoreOptions {
  readonly gridOffsetMs: number;
  readonly synthetic: boolean;
  readonly signal: AbortSignal;
}

/**
 * Merges valid bars into a series, which is made where it is missing. The file is written first and the pointer to it
 * moves last, in the transaction that marks stale what no longer holds the series' bars: whoever looks sees all of it
 * or nothing. The same bars again change nothing. Memory stays the same however many bars there are.
 * @param read the bars from the first on, each time it is called: strictly increasing, at least one
 */
export async function storeBars(
  name: SeriesName,
  read: () => Stretches,
  options: StoreOptions,
): Promise<StoredBars> {
  for (let tries = 0; tries < MERGE_TRIES; tries++) {
    const series = await findSeriesByName(name.venue, name.symbol, name.timeframe);
    const stored = () => (series?.barsKey ? streamBars(series.barsKey, options.signal) : []);
    const merge = () => mergeBars(stored(), read());
    const done = await mergeOnce(name, series, merge, options);
    if (done) return done;
  }
  throw new Error(
    `${name.venue} ${name.symbol} ${name.timeframe} was changed by others ${MERGE_TRIES} times meanwhile`,
  );
}

/** @returns null where the series was changed by somebody else meanwhile */
async function mergeOnce(
  name: SeriesName,
  series: SeriesRow | null,
  merge: () => AsyncIterable<MergedBars>,
  { gridOffsetMs, synthetic, signal }: StoreOptions,
): Promise<StoredBars | null> {
  const barMs = timeframeMs(name.timeframe);
  return withBarWriter(name, async (writer) => {
    const tally = new Tally(barMs);
    for await (const stretch of merge()) {
      signal.throwIfAborted();
      tally.add(stretch);
      writer.append(stretch.bars);
    }
    const { counts } = tally;
    if (series && counts.added + counts.restated === 0) return reportOf(series.id, tally, 0);
    const barsKey = await writer.publish();
    return inTransaction(async (tx) => {
      const { segmentGap, maxWindowGap } = series ?? tally.gaps.settings();
      const pointer = {
        ...name,
        timeframeMs: barMs,
        gridOffsetMs,
        segmentGap,
        maxWindowGap,
        synthetic,
        barsKey,
        barCount: tally.bars,
        firstTs: tally.firstTs,
        lastTs: tally.lastTs,
        gapCount: tally.gaps.count,
        takerShare: tally.takerShare,
      };
      const id = await pointToBars(tx, pointer, series?.barsKey ?? null);
      if (id === null) return null;
      // Only now: the pointer is ours until the end, so a scan of the former bars has stored its windows or will scan anew.
      const stale = series ? await findStale(series, merge()) : [];
      await markStale(tx, stale);
      signal.throwIfAborted();
      return reportOf(id, tally, stale.length);
    });
  });
}

/** Ids of the windows whose snapshots no longer hold what the series has. */
async function findStale(series: SeriesRow, merged: AsyncIterable<MergedBars>): Promise<string[]> {
  const { timeframeMs: barMs, segmentGap } = series;
  const windows = await findLiveWindows(series.id);
  return findStaleWindows(merged, { timeframeMs: barMs, segmentGap, windows, barsOf });
}

async function barsOf(windowIds: readonly string[]): Promise<Map<string, Bars>> {
  const found = new Map<string, Bars>();
  for (let from = 0; from < windowIds.length; from += WINDOWS_AT_ONCE) {
    const some = await findWindowsWithSnapshot(windowIds.slice(from, from + WINDOWS_AT_ONCE));
    for (const { id, bytes } of some) found.set(id, unpackSnapshot(bytes).bars);
  }
  return found;
}

/** Gathers what is told of merged bars while they pass. */
class Tally {
  readonly counts = { stored: 0, unchanged: 0, added: 0, restated: 0 };
  readonly gaps: GapTally;
  bars = 0;
  firstTs = Number.NaN;
  lastTs = Number.NaN;
  private takersKnown = 0;

  constructor(barMs: number) {
    this.gaps = createGapTally(barMs);
  }

  add({ bars, origin }: MergedBars): void {
    this.gaps.add(bars.ts);
    for (const index of origin) this.counts[ORIGINS[index]]++;
    for (const taker of bars.takerBuyVolume) if (!Number.isNaN(taker)) this.takersKnown++;
    if (this.bars === 0) this.firstTs = bars.ts[0];
    this.lastTs = bars.ts[bars.length - 1];
    this.bars += bars.length;
  }

  get takerShare(): number {
    return this.takersKnown / this.bars;
  }
}

function reportOf(seriesId: number, { counts, gaps, bars }: Tally, windowsMadeStale: number): StoredBars {
  const { added, unchanged, restated } = counts;
  return { seriesId, added, unchanged, restated, windowsMadeStale, gaps: gaps.count, bars };
}
