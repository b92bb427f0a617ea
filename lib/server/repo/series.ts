import type { PoolClient } from 'pg';
import { type DbOrTx, getDb, getPool } from '../db/connection.ts';
import { UTC_NOW } from '../db/utc-now.ts';

export interface SeriesRow {
  readonly id: number;
  readonly venue: string;
  readonly symbol: string;
  readonly timeframe: string;
  readonly timeframeMs: number;
  readonly gridOffsetMs: number;
  readonly segmentGap: number;
  readonly maxWindowGap: number;
  readonly synthetic: boolean;
  readonly barsKey: string | null;
}

/** `binance BTCUSDT 1h` */
export function nameOfSeries({
  venue,
  symbol,
  timeframe,
}: Pick<SeriesRow, 'venue' | 'symbol' | 'timeframe'>): string {
  return `${venue} ${symbol} ${timeframe}`;
}

export async function findSeries(id: number): Promise<SeriesRow | null> {
  return getDb().series.findUnique({ where: { id } });
}

export async function findSeriesByName(
  venue: string,
  symbol: string,
  timeframe: string,
): Promise<SeriesRow | null> {
  return getDb().series.findUnique({ where: { venue_symbol_timeframe: { venue, symbol, timeframe } } });
}

export async function findSeriesIds(): Promise<number[]> {
  const rows = await getDb().series.findMany({
    select: { id: true },
    where: { barsKey: { not: null } },
    orderBy: { id: 'asc' },
  });
  return rows.map(({ id }) => id);
}

export async function listSeriesRows() {
  return getDb().series.findMany({ orderBy: [{ venue: 'asc' }, { symbol: 'asc' }, { timeframe: 'asc' }] });
}

export interface BarsPointer {
  readonly venue: string;
  readonly symbol: string;
  readonly timeframe: string;
  readonly timeframeMs: number;
  readonly gridOffsetMs: number;
  readonly segmentGap: number;
  readonly maxWindowGap: number;
  readonly synthetic: boolean;
  readonly barsKey: string;
  readonly barCount: number;
  readonly firstTs: number;
  readonly lastTs: number;
  readonly gapCount: number;
  readonly takerShare: number;
}

/**
 * Points a series to its new bars, making the series where it is missing. The settings of one that is there stay.
 * @param before the file that the new bars were merged with
 * @returns the series' id, or null where somebody else moved the pointer since: merge again
 */
export async function pointToBars(
  tx: PoolClient,
  bars: BarsPointer,
  before: string | null,
): Promise<number | null> {
  const { rows } = await tx.query<{ id: number }>(
    `INSERT INTO "Series" (venue, symbol, timeframe, "timeframeMs", "gridOffsetMs", "segmentGap", "maxWindowGap", synthetic,
       "barsKey", "barCount", "firstTs", "lastTs", "gapCount", "takerShare", "createdAt", "updatedAt")
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, ${UTC_NOW}, ${UTC_NOW})
     ON CONFLICT (venue, symbol, timeframe) DO UPDATE SET "barsKey" = $9, "barCount" = $10, "firstTs" = $11, "lastTs" = $12,
       "gapCount" = $13, "takerShare" = $14, synthetic = "Series".synthetic AND $8, "updatedAt" = ${UTC_NOW}
     WHERE "Series"."barsKey" IS NOT DISTINCT FROM $15
     RETURNING id`,
    [
      bars.venue,
      bars.symbol,
      bars.timeframe,
      bars.timeframeMs,
      bars.gridOffsetMs,
      bars.segmentGap,
      bars.maxWindowGap,
      bars.synthetic,
      bars.barsKey,
      bars.barCount,
      bars.firstTs,
      bars.lastTs,
      bars.gapCount,
      bars.takerShare,
      before,
    ],
  );
  return rows[0]?.id ?? null;
}

/** How many answers people have given on a series' windows, those taken back among them. */
export async function countHumanWork(seriesId: number): Promise<number> {
  return getDb().annotation.count({ where: { window: { seriesId } } });
}

/** Removes a series and its windows; nothing where it is gone already. */
export async function deleteSeriesRow(db: DbOrTx, id: number): Promise<void> {
  await db.series.deleteMany({ where: { id } });
}

/** Of the given bar files, those that no series points to. */
export async function findUnreferencedBars(keys: readonly string[]): Promise<string[]> {
  const { rows } = await getPool().query<{ key: string }>(
    `SELECT key FROM unnest($1::text[]) AS key
     WHERE NOT EXISTS (SELECT 1 FROM "Series" s WHERE s."barsKey" = key)`,
    [keys],
  );
  return rows.map(({ key }) => key);
}
