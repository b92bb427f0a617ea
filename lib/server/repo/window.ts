import type { PoolClient } from 'pg';
import { getPool } from '../db/connection.ts';

export interface StoredWindow {
  readonly id: string;
  readonly ts: number;
  readonly bytes: Buffer;
}

/** Windows of a series that are not stale, by id, with their snapshots. */
export async function findWindowsWithSnapshot(ids: readonly string[]): Promise<StoredWindow[]> {
  const { rows } = await getPool().query<StoredWindow>(
    `SELECT w.id, w.ts, s.bytes FROM "Window" w JOIN "Snapshot" s ON s.hash = w."snapshotHash" WHERE w.id = ANY($1::uuid[])`,
    [ids],
  );
  return rows;
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
