import type pg from 'pg';
import type { ClassId } from '@/lib/contract/classes.ts';
import { getPool } from '../db/connection.ts';
import { UTC_NOW } from '../db/utc-now.ts';

type Queryable = Pick<pg.PoolClient, 'query'>;

export interface GridPageRow {
  readonly id: string;
  readonly queueId: number;
  readonly userId: string;
  readonly suggestedClass: ClassId;
  readonly cells: number;
  readonly goldCells: number;
  readonly caught: number;
  readonly retracted: boolean;
  readonly returned: boolean;
}

const COLUMNS = `"id", "queueId", "userId", "suggestedClass", "cells", "goldCells", "caught",
  "retractedAt" IS NOT NULL AS "retracted", "returnedAt" IS NOT NULL AS "returned"`;

/** The page, held until the transaction ends. */
export async function lockPage(client: pg.PoolClient, id: string): Promise<GridPageRow | null> {
  const { rows } = await client.query<GridPageRow>(
    `SELECT ${COLUMNS} FROM "GridPage" WHERE "id" = $1 FOR UPDATE`,
    [id],
  );
  return rows[0] ?? null;
}

export interface NewGridPage {
  readonly id: string;
  readonly queueId: number;
  readonly userId: string;
  readonly suggestedClass: ClassId;
  readonly cells: number;
  readonly elapsedMs: number;
  readonly answeredAt: Date;
}

/** @returns whether it was added: not where its id is taken */
export async function insertPage(db: Queryable, page: NewGridPage): Promise<boolean> {
  const { rowCount } = await db.query(
    `INSERT INTO "GridPage" ("id", "queueId", "userId", "suggestedClass", "cells", "goldCells", "caught", "elapsedMs", "answeredAt", "receivedAt")
     VALUES ($1, $2, $3, $4, $5, 0, 0, $6, $7::timestamp, clock_timestamp() AT TIME ZONE 'UTC') ON CONFLICT DO NOTHING`,
    [
      page.id,
      page.queueId,
      page.userId,
      page.suggestedClass,
      page.cells,
      page.elapsedMs,
      page.answeredAt.toISOString(),
    ],
  );
  return rowCount === 1;
}

export async function setCaught(db: Queryable, id: string, goldCells: number, caught: number): Promise<void> {
  await db.query('UPDATE "GridPage" SET "goldCells" = $2, "caught" = $3 WHERE "id" = $1', [
    id,
    goldCells,
    caught,
  ]);
}

/** The person's newest pages of a queue that stand and have not gone back before, newest first. */
export async function listStandingPages(
  client: pg.PoolClient,
  userId: string,
  queueId: number,
): Promise<GridPageRow[]> {
  const { rows } = await client.query<GridPageRow>(
    `SELECT ${COLUMNS} FROM "GridPage"
      WHERE "userId" = $1 AND "queueId" = $2 AND "retractedAt" IS NULL
        AND "receivedAt" > coalesce((SELECT max("receivedAt") FROM "GridPage"
                                      WHERE "userId" = $1 AND "queueId" = $2 AND "returnedAt" IS NOT NULL), '-infinity')
      ORDER BY "receivedAt" DESC LIMIT 200 FOR UPDATE`,
    [userId, queueId],
  );
  return rows;
}

export async function markPages(
  db: Queryable,
  ids: readonly string[],
  how: 'retractedAt' | 'returnedAt',
): Promise<void> {
  await db.query(`UPDATE "GridPage" SET "${how}" = ${UTC_NOW} WHERE "id" = ANY($1::uuid[])`, [ids]);
}

/** Gold windows that a person met on their pages of a queue, and those of them they noticed; returned pages count too. */
export async function countCaught(
  db: Queryable,
  userId: string,
  queueId: number,
): Promise<{ gold: number; caught: number }> {
  const { rows } = await db.query<{ gold: number; caught: number }>(
    `SELECT coalesce(sum("goldCells"), 0)::int AS "gold", coalesce(sum("caught"), 0)::int AS "caught"
       FROM "GridPage" WHERE "userId" = $1 AND "queueId" = $2 AND "retractedAt" IS NULL`,
    [userId, queueId],
  );
  return rows[0];
}

export interface CatchRow {
  readonly person: string;
  readonly pages: number;
  readonly cells: number;
  readonly returned: number;
  readonly gold: number;
  readonly caught: number;
}

export async function listCatches(queueId: number): Promise<CatchRow[]> {
  const { rows } = await getPool().query<CatchRow>(
    `SELECT u."name" AS "person", count(*)::int AS "pages", sum(p."cells")::int AS "cells",
            count(p."returnedAt")::int AS "returned", sum(p."goldCells")::int AS "gold", sum(p."caught")::int AS "caught"
       FROM "GridPage" p JOIN "User" u ON u."id" = p."userId"
      WHERE p."queueId" = $1 AND p."retractedAt" IS NULL GROUP BY u."id", u."name" ORDER BY u."name"`,
    [queueId],
  );
  return rows;
}
