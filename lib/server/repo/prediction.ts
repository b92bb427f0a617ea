import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { getPool } from '../db/connection.ts';

/** A window that a version has not predicted. */
export interface UnpredictedWindow {
  readonly windowId: string;
  readonly snapshotHash: string;
  readonly venue: string;
  readonly symbol: string;
  readonly timeframe: string;
}

export interface PredictionRow {
  readonly windowId: string;
  /** One a class. */
  readonly probabilities: ArrayLike<number>;
  readonly quality: number;
  readonly poleKatr: number | null;
  readonly embedding: ArrayLike<number>;
}

const UNPREDICTED = `
  NOT w."stale" AND NOT EXISTS (
    SELECT 1 FROM "Prediction" p WHERE p."modelVersionId" = $1 AND p."windowId" = w."id")`;

/** Stored windows that are not stale, and how many of them a version has predicted. */
export async function countPredicted(
  versionIds: readonly number[],
): Promise<{ total: number; by: Map<number, number> }> {
  const total = await getPool().query<{ n: number }>(
    `SELECT count(*)::int AS n FROM "Window" WHERE NOT "stale"`,
  );
  const { rows } = await getPool().query<{ id: number; n: number }>(
    `SELECT p."modelVersionId" AS id, count(*)::int AS n
       FROM "Prediction" p JOIN "Window" w ON w."id" = p."windowId" AND NOT w."stale"
      WHERE p."modelVersionId" = ANY($1) GROUP BY 1`,
    [versionIds],
  );
  return { total: total.rows[0].n, by: new Map(rows.map(({ id, n }) => [id, n])) };
}

export async function countUnpredicted(versionId: number): Promise<number> {
  const { rows } = await getPool().query<{ n: number }>(
    `SELECT count(*)::int AS n FROM "Window" w WHERE ${UNPREDICTED}`,
    [versionId],
  );
  return rows[0].n;
}

/** The next unpredicted windows in the order of their ids, after the window `after`. */
export async function listUnpredicted(
  versionId: number,
  after: string | null,
  limit: number,
): Promise<UnpredictedWindow[]> {
  const { rows } = await getPool().query<UnpredictedWindow>(
    `SELECT w."id" AS "windowId", w."snapshotHash", s."venue", s."symbol", s."timeframe"
       FROM "Window" w JOIN "Series" s ON s."id" = w."seriesId"
      WHERE ${UNPREDICTED} AND ($2::uuid IS NULL OR w."id" > $2::uuid)
      ORDER BY w."id" LIMIT $3`,
    [versionId, after, limit],
  );
  return rows;
}

/** Writes predictions in one transaction; a window that was predicted or deleted meanwhile is passed over. */
export async function insertPredictions(versionId: number, rows: readonly PredictionRow[]): Promise<void> {
  const client = await getPool().connect();
  try {
    await client.query('BEGIN');
    await client.query(
      `CREATE TEMP TABLE incoming ("windowId" uuid, "probabilities" real[], "quality" real, "poleKatr" real,
                                   "embedding" real[]) ON COMMIT DROP`,
    );
    await pipeline(Readable.from(copyLines(rows)), client.query(copyFrom('COPY incoming FROM STDIN')));
    await client.query(
      `INSERT INTO "Prediction" ("modelVersionId", "windowId", "probabilities", "quality", "poleKatr", "embedding")
       SELECT $1, i."windowId", i."probabilities", i."quality", i."poleKatr", i."embedding"
         FROM incoming i JOIN "Window" w ON w."id" = i."windowId"
       ON CONFLICT DO NOTHING`,
      [versionId],
    );
    await client.query('COMMIT');
    client.release();
  } catch (error) {
    // The connection may be in the middle of a COPY: it is closed, and the server rolls back.
    client.release(true);
    throw error;
  }
}

function* copyLines(rows: readonly PredictionRow[]): Generator<string> {
  const array = (values: ArrayLike<number>) => `{${Array.from(values).join(',')}}`;
  for (const row of rows) {
    const pole = row.poleKatr === null ? '\\N' : String(row.poleKatr);
    yield `${row.windowId}\t${array(row.probabilities)}\t${row.quality}\t${pole}\t${array(row.embedding)}\n`;
  }
}
