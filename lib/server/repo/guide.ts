import type pg from 'pg';
import { type GuideContent, guideContentSchema } from '@/lib/contract/guide.ts';
import { getPool } from '../db/connection.ts';
import { UTC_NOW } from '../db/utc-now.ts';

export interface GuideVersionRow {
  readonly number: number;
  readonly reason: string;
  readonly author: string;
  readonly at: Date;
}

/** Adds a version unless its number is taken. @returns whether it was added */
export async function insertGuide(
  version: { number: number; content: GuideContent; reason: string; author: string },
  db: Pick<pg.PoolClient, 'query'> = getPool(),
): Promise<boolean> {
  const { number, content, reason, author } = version;
  const { rowCount } = await db.query(
    `INSERT INTO "GuideVersion" ("number", "content", "reason", "author", "at") VALUES ($1, $2, $3, $4, ${UTC_NOW})
     ON CONFLICT ("number") DO NOTHING`,
    [number, content, reason, author],
  );
  return rowCount === 1;
}

/** The newest first. */
export async function listGuides(): Promise<GuideVersionRow[]> {
  const { rows } = await getPool().query<Omit<GuideVersionRow, 'at'> & { at: number }>(
    `SELECT g."number", g."reason", coalesce(u."name", g."author") AS "author",
            (extract(epoch FROM g."at") * 1000)::float8 AS "at"
       FROM "GuideVersion" g LEFT JOIN "User" u ON u."id" = g."author" ORDER BY g."number" DESC`,
  );
  return rows.map((row) => ({ ...row, at: new Date(row.at) }));
}

export async function readGuide(number: number): Promise<GuideContent | null> {
  const { rows } = await getPool().query<{ content: unknown }>(
    'SELECT "content" FROM "GuideVersion" WHERE "number" = $1',
    [number],
  );
  return rows[0] ? guideContentSchema.parse(rows[0].content) : null;
}
