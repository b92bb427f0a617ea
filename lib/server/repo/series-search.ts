import { getPool } from '../db/connection.ts';

/** A series with bars, as it is chosen. */
export interface SeriesChoiceRow {
  readonly id: number;
  readonly venue: string;
  readonly symbol: string;
  readonly timeframe: string;
  readonly bars: number;
  readonly firstTs: number;
  readonly lastTs: number;
}

/**
 * Series with bars whose name holds every word, whatever its case.
 * @returns at most `limit` of them by venue, symbol and length of bar, and how many there are
 */
export async function findSeriesByWords(
  words: readonly string[],
  timeframe: string | null,
  limit: number,
): Promise<{ series: SeriesChoiceRow[]; total: number }> {
  const { rows } = await getPool().query<SeriesChoiceRow & { total: number }>(
    `SELECT id, venue, symbol, timeframe, "barCount" AS bars, "firstTs", "lastTs", count(*) OVER ()::int AS total
       FROM "Series"
      WHERE "barsKey" IS NOT NULL AND "firstTs" IS NOT NULL AND "lastTs" IS NOT NULL
        AND ($2::text IS NULL OR timeframe = $2)
        AND NOT EXISTS (SELECT 1 FROM unnest($1::text[]) word
                         WHERE strpos(lower(venue || ' ' || symbol || ' ' || timeframe), word) = 0)
      ORDER BY venue, symbol, "timeframeMs", id LIMIT $3`,
    [words.map((word) => word.toLowerCase()), timeframe, limit],
  );
  const total = rows[0]?.total ?? 0;
  return { series: rows.map(({ total: _, ...row }) => row), total };
}

/** The rule sets that have scanned a series, the newest scan first. */
export async function findScannedRuleSets(
  seriesId: number,
): Promise<{ id: number; number: number; name: string }[]> {
  const { rows } = await getPool().query<{ id: number; number: number; name: string }>(
    `SELECT r.id, r.number, r.name FROM "Scan" s JOIN "RuleSet" r ON r.id = s."ruleSetId"
      WHERE s."seriesId" = $1 GROUP BY r.id ORDER BY max(s."createdAt") DESC, r.number`,
    [seriesId],
  );
  return rows;
}

/** `venue:symbol` of every series, and their timeframes, the shortest first. */
export async function listSeriesNames(): Promise<{ symbols: string[]; timeframes: string[] }> {
  const symbols = await getPool().query<{ symbol: string }>(
    `SELECT DISTINCT "venue" || ':' || "symbol" AS "symbol" FROM "Series" ORDER BY 1`,
  );
  const timeframes = await getPool().query<{ timeframe: string }>(
    'SELECT "timeframe" FROM "Series" GROUP BY "timeframe" ORDER BY min("timeframeMs")',
  );
  return {
    symbols: symbols.rows.map(({ symbol }) => symbol),
    timeframes: timeframes.rows.map(({ timeframe }) => timeframe),
  };
}
