import { getPool } from '../db/connection.ts';
import { STANDS } from './record.ts';

export interface ReplayableWindow {
  readonly seriesId: number;
  readonly ts: number;
  /** Its bars were restated since. */
  readonly stale: boolean;
  /** This person has an answer to it that stands. */
  readonly answered: boolean;
}

export async function findReplayable(userId: string, windowId: string): Promise<ReplayableWindow | null> {
  const { rows } = await getPool().query<ReplayableWindow>(
    `SELECT w."seriesId", w."ts", w."stale",
            EXISTS (SELECT 1 FROM "Annotation" a WHERE a."windowId" = w."id" AND a."userId" = $1
                       AND a."kind" <> 'retraction' AND ${STANDS}) AS "answered"
       FROM "Window" w WHERE w."id" = $2`,
    [userId, windowId],
  );
  return rows[0] ?? null;
}

/** Notes that a person has seen a series up to the bar stamped `ts`. */
export async function noteSeen(userId: string, seriesId: number, ts: number): Promise<void> {
  await getPool().query(
    `INSERT INTO "Served" ("userId", "seriesId", "ts", "seen") VALUES ($1, $2, $3, true)
     ON CONFLICT ("userId", "seriesId", "ts") DO UPDATE SET "seen" = true`,
    [userId, seriesId, ts],
  );
}
