import type { OpenedSeries, SeriesChoice } from '@/lib/contract/explore.ts';
import { MOST_BUCKETS, MOST_STRETCH_WINDOWS } from '@/lib/contract/explore.ts';
import { encodeBars } from '@/lib/core/bar-codec.ts';
import { segmentAt } from '@/lib/core/segment.ts';
import { encodeSnapshot } from '@/lib/core/snapshot-codec.ts';
import { findTimeRuns } from '@/lib/core/time-runs.ts';
import { WINDOW_BARS } from '@/lib/core/window.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { readBuckets } from '../bars/read-range.ts';
import { type ReadableSeries, readStretch, readTimes } from '../bars/read-stretch.ts';
import { notFound, Refusal } from '../error.ts';
import { findSeries, nameOfSeries, type SeriesRow } from '../repo/series.ts';
import { findScannedRuleSets, findSeriesByWords } from '../repo/series-search.ts';

/** Series to choose from, by the words of their names. */
export async function searchSeries(
  actor: Actor,
  { text, timeframe, limit }: { text: string; timeframe?: string; limit: number },
): Promise<{ series: SeriesChoice[]; total: number }> {
  requireRole(actor, 'analyst');
  return findSeriesByWords(text.split(/\s+/).filter(Boolean), timeframe ?? null, limit);
}

/** Everything about a series but its bars. @throws Refusal `not_found`, also for a series without bars */
export async function openSeries(actor: Actor, { id }: { id: number }): Promise<OpenedSeries> {
  requireRole(actor, 'analyst');
  const series = await seriesWithBars(id);
  const [{ ts, segments }, ruleSets] = await Promise.all([readTimes(series), findScannedRuleSets(id)]);
  const runs = findTimeRuns(ts, series.timeframeMs);
  return {
    id,
    venue: series.venue,
    symbol: series.symbol,
    timeframe: series.timeframe,
    timeframeMs: series.timeframeMs,
    synthetic: series.synthetic,
    version: versionOf(series.barsKey),
    bars: ts.length,
    firstTs: ts[0],
    lastTs: ts[ts.length - 1],
    runs: { bars: [...runs.bars], ts: [...runs.ts] },
    segments: segments.map(({ from }) => from),
    maxWindowGap: series.maxWindowGap,
    ruleSets: ruleSets.map(({ number, name }) => ({ number, name })),
  };
}

interface RangeOfBars {
  readonly id: number;
  readonly version: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Bars of a range as bytes (core/bar-codec.ts): never one from `to` on, also where that cuts the last bucket short.
 * @throws Refusal `invalid` for a range that is no range or too long, `conflict` where other bars have been imported since
 */
export async function seriesBars(
  actor: Actor,
  { id, version, from, to, level }: RangeOfBars & { level: number },
): Promise<Uint8Array<ArrayBuffer>> {
  requireRole(actor, 'analyst');
  const buckets = Math.ceil((to - from) / level);
  if (to <= from || buckets > MOST_BUCKETS) {
    const asked = to <= from ? 'none' : `${buckets}`;
    throw new Refusal(
      'invalid',
      `Bars ${from} to ${to} at level ${level} are ${asked}; ask for 1 to ${MOST_BUCKETS}.`,
    );
  }
  if (from % level !== 0) {
    throw new Refusal('invalid', `from is ${from}; at level ${level} it must be a multiple of ${level}.`);
  }
  const series = await seriesAtVersion(id, version);
  return encodeBars(await readBuckets(series.barsKey, from, to, level));
}

/**
 * One snapshot (core/snapshot-codec.ts) of the windows that end at bars `[from, to)`: a model run over it in a browser
 * sees the images that `predict` would, to the bit.
 * @throws Refusal `invalid` where they are too many or do not lie in one segment, `conflict` as in seriesBars
 */
export async function seriesStretch(
  actor: Actor,
  { id, version, from, to }: RangeOfBars,
): Promise<Uint8Array<ArrayBuffer>> {
  requireRole(actor, 'analyst');
  if (to <= from || to - from > MOST_STRETCH_WINDOWS) {
    throw new Refusal(
      'invalid',
      `Windows at bars ${from} to ${to} are ${Math.max(0, to - from)}; ask for 1 to ${MOST_STRETCH_WINDOWS}.`,
    );
  }
  const series = await seriesAtVersion(id, version);
  const { ts, segments } = await readTimes(series);
  const segment = from < ts.length ? segmentAt(segments, from) : null;
  if (!segment || to > segment.to || from < segment.from + WINDOW_BARS - 1) {
    const ends = segment ? `${segment.from + WINDOW_BARS - 1} to ${segment.to - 1}` : 'none';
    throw new Refusal(
      'invalid',
      `Windows at bars ${from} to ${to - 1} do not lie in one segment of ${nameOfSeries(series)}; its windows end at bars ${ends}.`,
    );
  }
  return encodeSnapshot(await readStretch(series, segment, from, to));
}

export type SeriesWithBars = SeriesRow & ReadableSeries;

/** @throws Refusal `not_found` */
export async function seriesWithBars(id: number): Promise<SeriesWithBars> {
  const series = await findSeries(id);
  if (!series?.barsKey) throw notFound(`series ${id} with bars`);
  return { ...series, barsKey: series.barsKey };
}

async function seriesAtVersion(id: number, version: string): Promise<SeriesWithBars> {
  const series = await seriesWithBars(id);
  if (versionOf(series.barsKey) !== version) {
    throw new Refusal(
      'conflict',
      `Other bars of ${nameOfSeries(series)} have been imported since; open it again.`,
    );
  }
  return series;
}

/** The hash in a bar file's name: it changes with its content. */
function versionOf(barsKey: string): string {
  const name = barsKey.slice(barsKey.lastIndexOf('/') + 1);
  return name.replace(/\.parquet$/, '');
}
