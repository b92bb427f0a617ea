import type { PoolClient } from 'pg';
import { getPool } from '../db/connection.ts';
import { UTC_NOW } from '../db/utc-now.ts';

export interface StoredWindow {
  readonly id: string;
  readonly ts: number;
  readonly bytes: Buffer;
}

/** Windows of a series that are not stale, by id, with their snapshots. */
export async function findWindowsWithSnapshot(
  ids: readonly string[],
  db: Pick<PoolClient, 'query'> = getPool(),
): Promise<StoredWindow[]> {
  const { rows } = await db.query<StoredWindow>(
    `SELECT w.id, w.ts, s.bytes FROM "Window" w JOIN "Snapshot" s ON s.hash = w."snapshotHash" WHERE w.id = ANY($1::uuid[])`,
    [ids],
  );
  return rows;
}

/** A window with its series' name. */
export interface NamedWindow {
  readonly windowId: string;
  readonly ts: number;
  readonly series: {
    readonly id: number;
    readonly venue: string;
    readonly symbol: string;
    readonly timeframe: string;
  };
  /** As stored: compressed. */
  readonly snapshot: Uint8Array;
}

/** By id; one that is not there any more is left out. */
export async function findNamedWindows(ids: readonly string[]): Promise<Map<string, NamedWindow>> {
  type Row = NamedWindow['series'] & { windowId: string; ts: number; bytes: Buffer };
  const { rows } = await getPool().query<Row>(
    `SELECT w."id" AS "windowId", w."ts", s."id", s."venue", s."symbol", s."timeframe", n."bytes"
       FROM "Window" w JOIN "Series" s ON s."id" = w."seriesId" JOIN "Snapshot" n ON n."hash" = w."snapshotHash"
      WHERE w."id" = ANY($1::uuid[])`,
    [ids],
  );
  return new Map(
    rows.map(({ windowId, ts, bytes, ...series }) => [windowId, { windowId, ts, series, snapshot: bytes }]),
  );
}

/** Windows by the hash of their snapshot: one for each series that holds these bars. */
export async function findWindowsOfSnapshots(
  hashes: readonly string[],
): Promise<(NamedWindow & { readonly hash: string })[]> {
  type Row = NamedWindow['series'] & { windowId: string; ts: number; bytes: Buffer; hash: string };
  const { rows } = await getPool().query<Row>(
    `SELECT w."id" AS "windowId", w."ts", s."id", s."venue", s."symbol", s."timeframe", n."bytes", n."hash"
       FROM "Window" w JOIN "Series" s ON s."id" = w."seriesId" JOIN "Snapshot" n ON n."hash" = w."snapshotHash"
      WHERE w."snapshotHash" = ANY($1)`,
    [hashes],
  );
  return rows.map(({ windowId, ts, bytes, hash, ...series }) => ({
    windowId,
    ts,
    series,
    hash,
    snapshot: bytes,
  }));
}

/** A stored window by what it holds, as files name it. */
export interface WindowContent {
  readonly venue: string;
  readonly symbol: string;
  readonly timeframe: string;
  readonly ts: number;
  readonly snapshot: string;
}

/** Ids of windows by what they hold; null for one that is not there any more. */
export async function findWindowIds(windows: readonly WindowContent[]): Promise<(string | null)[]> {
  const { rows } = await getPool().query<{ id: string | null }>(
    `SELECT w."id"
       FROM unnest($1::text[], $2::text[], $3::text[], $4::float8[], $5::text[]) WITH ORDINALITY
              AS n("venue", "symbol", "timeframe", "ts", "hash", "place")
       LEFT JOIN "Series" s ON s."venue" = n."venue" AND s."symbol" = n."symbol" AND s."timeframe" = n."timeframe"
       LEFT JOIN "Window" w ON w."seriesId" = s."id" AND w."ts" = n."ts" AND w."snapshotHash" = n."hash"
      ORDER BY n."place"`,
    [
      windows.map(({ venue }) => venue),
      windows.map(({ symbol }) => symbol),
      windows.map(({ timeframe }) => timeframe),
      windows.map(({ ts }) => ts),
      windows.map(({ snapshot }) => snapshot),
    ],
  );
  return rows.map(({ id }) => id);
}

/** Identities of a series' windows that are not stale, oldest first. */
export async function findLiveWindows(seriesId: number): Promise<{ id: string; ts: number }[]> {
  const { rows } = await getPool().query<{ id: string; ts: number }>(
    `SELECT id, ts FROM "Window" WHERE "seriesId" = $1 AND NOT stale ORDER BY ts`,
    [seriesId],
  );
  return rows;
}

export async function markStale(tx: PoolClient, ids: readonly string[]): Promise<void> {
  await tx.query(`UPDATE "Window" SET stale = true WHERE id = ANY($1::uuid[])`, [ids]);
}

/** The window of a series that ends at the bar stamped `ts` and is not stale. */
export async function findLiveWindow(seriesId: number, ts: number): Promise<string | null> {
  const { rows } = await getPool().query<{ id: string }>(
    `SELECT id FROM "Window" WHERE "seriesId" = $1 AND ts = $2 AND NOT stale ORDER BY id LIMIT 1`,
    [seriesId, ts],
  );
  return rows[0]?.id ?? null;
}

/**
 * Stores a window with its snapshot; one with the same bars that is stored already is that window again.
 * @returns its id
 */
export async function putWindow(
  tx: PoolClient,
  {
    id,
    seriesId,
    ts,
    hash,
    bytes,
  }: { id: string; seriesId: number; ts: number; hash: string; bytes: Buffer },
): Promise<string> {
  // The update changes nothing, but keeps one that no window holds from being swept away before this one does.
  await tx.query(
    `INSERT INTO "Snapshot" AS s (hash, bytes) VALUES ($1, $2) ON CONFLICT (hash) DO UPDATE SET bytes = s.bytes`,
    [hash, bytes],
  );
  const { rows } = await tx.query<{ id: string }>(
    `INSERT INTO "Window" (id, "seriesId", ts, "snapshotHash", "createdAt") VALUES ($1, $2, $3, $4, ${UTC_NOW})
     ON CONFLICT ("seriesId", ts, "snapshotHash") DO UPDATE SET stale = false RETURNING id`,
    [id, seriesId, ts, hash],
  );
  return rows[0].id;
}

/**
 * The stored window at each of the places, one that is not stale before one that is, else the newest.
 * @returns ids in the order of the places; null where nothing is stored
 */
export async function findWindowsAt(
  places: readonly { venue: string; symbol: string; timeframe: string; ts: number }[],
): Promise<(string | null)[]> {
  const { rows } = await getPool().query<{ id: string | null }>(
    `SELECT w."id"
       FROM unnest($1::text[], $2::text[], $3::text[], $4::float8[]) WITH ORDINALITY AS n("venue", "symbol", "timeframe", "ts", "place")
       LEFT JOIN "Series" s ON s."venue" = n."venue" AND s."symbol" = n."symbol" AND s."timeframe" = n."timeframe"
       LEFT JOIN LATERAL (
         SELECT w."id" FROM "Window" w WHERE w."seriesId" = s."id" AND w."ts" = n."ts"
          ORDER BY w."stale", w."createdAt" DESC, w."id" DESC LIMIT 1) w ON true
      ORDER BY n."place"`,
    [
      places.map(({ venue }) => venue),
      places.map(({ symbol }) => symbol),
      places.map(({ timeframe }) => timeframe),
      places.map(({ ts }) => ts),
    ],
  );
  return rows.map(({ id }) => id);
}
