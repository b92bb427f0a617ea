import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { ClassId } from '@/lib/contract/classes.ts';
import { WINDOW_BARS } from '@/lib/core/window.ts';
import { getPool } from '../db/connection.ts';
import { UTC_NOW } from '../db/utc-now.ts';
import { LEASE_SECONDS } from './lease.ts';
import { lotOf } from './queue-fill.ts';
import { STANDS } from './record.ts';

type Queryable = Pick<pg.PoolClient, 'query'>;

/** Sub-select: the marks in force, one row a window. */
export const MARKED = `
  SELECT "windowId", "label" FROM (
    SELECT DISTINCT ON (m."windowId") m."windowId", m."label" FROM "GoldMark" m ORDER BY m."windowId", m."id" DESC
  ) newest WHERE "label" IS NOT NULL`;

export interface GoldCandidate {
  readonly label: ClassId | null;
  readonly sawFuture: boolean;
  readonly stale: boolean;
}

/** What the team stands by for a window that is to become gold; null where there is no such window. */
export async function findGoldCandidate(db: Queryable, windowId: string): Promise<GoldCandidate | null> {
  const { rows } = await db.query<GoldCandidate>(
    `SELECT c."label", coalesce(c."sawFuture", false) AS "sawFuture", w."stale"
       FROM "Window" w LEFT JOIN "CurrentRecord" c ON c."windowId" = w."id" WHERE w."id" = $1`,
    [windowId],
  );
  return rows[0] ?? null;
}

/** @returns what the mark in force said until now */
export async function insertGoldMark(
  db: Queryable,
  mark: { windowId: string; label: ClassId | null; note: string | null; userId: string },
): Promise<ClassId | null> {
  const { rows } = await db.query<{ before: ClassId | null }>(
    `INSERT INTO "GoldMark" ("windowId", "label", "note", "userId", "at")
     VALUES ($1, $2, $3, $4, clock_timestamp() AT TIME ZONE 'UTC')
     RETURNING (SELECT m."label" FROM "GoldMark" m WHERE m."windowId" = $1 ORDER BY m."id" DESC LIMIT 1) AS "before"`,
    [mark.windowId, mark.label, mark.note, mark.userId],
  );
  return rows[0].before;
}

/** Makes the marks in force the next version; null where they are what the last version holds. */
export async function freezeMarks(
  client: pg.PoolClient,
  { note, createdBy }: { note: string | null; createdBy: string },
): Promise<{ number: number; windows: number } | null> {
  await client.query(`SELECT pg_advisory_xact_lock(hashtext('halyard.gold'))`);
  const { rows } = await client.query<{ number: number; changed: boolean }>(
    `WITH last AS (SELECT coalesce(max("number"), 0) AS "number" FROM "GoldVersion"),
          marked AS (${MARKED}),
          frozen AS (SELECT "windowId", "label" FROM "GoldWindow" WHERE "number" = (SELECT "number" FROM last))
     SELECT (SELECT "number" FROM last) + 1 AS "number",
            EXISTS ((SELECT * FROM marked EXCEPT SELECT * FROM frozen) UNION ALL (SELECT * FROM frozen EXCEPT SELECT * FROM marked)) AS "changed"`,
  );
  const [{ number, changed }] = rows;
  if (!changed) return null;
  await client.query(
    `INSERT INTO "GoldVersion" ("number", "note", "createdBy", "createdAt") VALUES ($1, $2, $3, ${UTC_NOW})`,
    [number, note, createdBy],
  );
  const { rowCount } = await client.query(
    `INSERT INTO "GoldWindow" ("number", "windowId", "label") SELECT $1, "windowId", "label" FROM (${MARKED}) marked`,
    [number],
  );
  return { number, windows: rowCount ?? 0 };
}

export interface GoldCounts {
  readonly marked: Readonly<Record<string, number>>;
  readonly versions: readonly {
    readonly number: number;
    readonly note: string | null;
    readonly createdBy: string;
    readonly at: Date;
    readonly windows: Readonly<Record<string, number>>;
  }[];
}

/** Marks in force by class, and every frozen version, the newest first. */
export async function countGold(): Promise<GoldCounts> {
  const marked = await getPool().query<{ label: string; n: number }>(
    `SELECT "label", count(*)::int AS "n" FROM (${MARKED}) marked GROUP BY "label"`,
  );
  const versions = await getPool().query<{
    number: number;
    note: string | null;
    createdBy: string;
    at: number;
    windows: Record<string, number> | null;
  }>(
    `SELECT v."number", v."note", coalesce(u."name", v."createdBy") AS "createdBy",
            (extract(epoch FROM v."createdAt") * 1000)::float8 AS "at",
            (SELECT json_object_agg(g."label", g."n")
               FROM (SELECT "label", count(*)::int AS "n" FROM "GoldWindow" WHERE "number" = v."number" GROUP BY "label") g) AS "windows"
       FROM "GoldVersion" v LEFT JOIN "User" u ON u."id" = v."createdBy" ORDER BY v."number" DESC`,
  );
  return {
    marked: Object.fromEntries(marked.rows.map(({ label, n }) => [label, n])),
    versions: versions.rows.map(({ at, windows, ...row }) => ({
      ...row,
      at: new Date(at),
      windows: windows ?? {},
    })),
  };
}

/** A window of a frozen gold version. */
export interface FrozenGold {
  readonly windowId: string;
  readonly label: ClassId;
  readonly venue: string;
  readonly symbol: string;
  readonly timeframe: string;
  readonly ts: number;
}

/** The newest frozen version: of one series together, oldest first; null where nothing has been frozen. */
export async function readFrozenGold(): Promise<{ number: number; windows: FrozenGold[] } | null> {
  const number = await newestGold();
  if (number === null) return null;
  const { rows } = await getPool().query<FrozenGold>(
    `SELECT g."windowId", g."label", s."venue", s."symbol", s."timeframe", w."ts"
       FROM "GoldWindow" g JOIN "Window" w ON w."id" = g."windowId" JOIN "Series" s ON s."id" = w."seriesId"
      WHERE g."number" = $1 ORDER BY s."id", w."ts", w."id"`,
    [number],
  );
  return { number, windows: rows };
}

/** Number of the newest frozen version; null before the first. */
export async function newestGold(): Promise<number | null> {
  const { rows } = await getPool().query<{ number: number | null }>(
    `SELECT max("number") AS "number" FROM "GoldVersion"`,
  );
  return rows[0].number;
}

export interface GoldScore {
  readonly person: string;
  readonly label: ClassId;
  readonly given: ClassId;
  readonly n: number;
}

/**
 * What each person answered to gold windows that they met unknowingly, against what gold says now: standing labels, but
 * where the queue tells what gold says the first one, since a later one is given in knowledge of it.
 */
export async function countGoldAnswers(): Promise<GoldScore[]> {
  const { rows } = await getPool().query<GoldScore>(
    `SELECT u."name" AS "person", g."label", a."label" AS "given", count(*)::int AS "n"
       FROM (SELECT DISTINCT ON (a."userId", a."windowId") a."userId", a."windowId", a."label"
               FROM "Annotation" a LEFT JOIN "QueueItem" i ON i."id" = a."queueItemId"
               LEFT JOIN "Queue" salt ON salt."id" = i."queueId" LEFT JOIN "Queue" met ON met."id" = salt."saltOf"
              WHERE a."gold" AND a."kind" = 'label' AND (coalesce(met."feedback", false) OR ${STANDS})
              ORDER BY a."userId", a."windowId", a."receivedAt", a."id") a
       JOIN "User" u ON u."id" = a."userId"
       JOIN "GoldWindow" g ON g."windowId" = a."windowId" AND g."number" = (SELECT max("number") FROM "GoldVersion")
      GROUP BY u."id", u."name", g."label", a."label" ORDER BY u."name", g."label", a."label"`,
  );
  return rows;
}

export interface Salting {
  readonly queueId: number;
  readonly userId: string;
  readonly count: number;
  /** On a page of one class: what they are shown as, while gold says otherwise. Null shows what rules say. */
  readonly shownAs: ClassId | null;
}

/** The same share of them hides its suggestion as of the queue's own windows, or they would stand out. */
const IS_BLIND = `${lotOf('blind', '$1::int', 'w."id"')} < (SELECT met."blindShare" FROM "Queue" met WHERE met."id" = $1)`;

/**
 * Leases gold windows of the newest version to a person as if they were items of the queue: windows that this person never
 * had before them, nor a later one that shares bars. They are items of a hidden queue of their own, so that no count of
 * the visible one changes. @returns leases, fewer than asked for where gold runs out
 */
export async function leaseGold({ queueId, userId, count, shownAs }: Salting): Promise<string[]> {
  const { rows } = await getPool().query<{ id: string }>({
    name: 'gold-lease',
    text: `WITH salt AS (
             INSERT INTO "Queue" AS q ("name", "purpose", "ruleSetId", "overlap", "targets", "seed", "paused", "createdBy", "saltOf", "createdAt")
             SELECT "name", 'gold', "ruleSetId", 1000000, '{}', 1, true, 'system', "id", ${UTC_NOW} FROM "Queue" WHERE "id" = $1
             ON CONFLICT ("saltOf") DO UPDATE SET "ruleSetId" = excluded."ruleSetId" RETURNING q."id", q."ruleSetId"
           ), picked AS MATERIALIZED (
             SELECT w."id" AS "windowId", w."seriesId", w."ts", w."ts" + $6 * s."timeframeMs" AS "clearFrom",
                    coalesce($4, CASE WHEN weak."kind" = 'event' THEN weak."weakClass" ELSE 'none' END) AS "suggestedClass",
                    $4::text IS NULL AND ${IS_BLIND} AS "blind"
               FROM "GoldWindow" g JOIN "Window" w ON w."id" = g."windowId" JOIN "Series" s ON s."id" = w."seriesId"
               LEFT JOIN "WeakLabel" weak ON weak."windowId" = w."id" AND weak."ruleSetId" = (SELECT "ruleSetId" FROM salt)
              WHERE g."number" = (SELECT max("number") FROM "GoldVersion") AND NOT w."stale"
                AND ($4::text IS NULL OR g."label" <> $4)
                AND NOT EXISTS (SELECT 1 FROM "Served" v WHERE v."userId" = $2 AND v."seriesId" = w."seriesId"
                                   AND v."ts" >= w."ts" AND v."ts" < w."ts" + $6 * s."timeframeMs")
              ORDER BY coalesce(weak."weakClass" = $4, false) DESC, random() LIMIT $3
           ), noted AS (
             INSERT INTO "Served" ("userId", "seriesId", "ts") SELECT DISTINCT $2, "seriesId", "ts" FROM picked ON CONFLICT DO NOTHING
           ), item AS (
             INSERT INTO "QueueItem" AS i ("queueId", "position", "windowId", "seriesId", "ts", "clearFrom", "suggestedClass", "blind")
             SELECT (SELECT "id" FROM salt), nextval('salt_position'), "windowId", "seriesId", "ts", "clearFrom", "suggestedClass", "blind" FROM picked
             ON CONFLICT ("queueId", "windowId") DO UPDATE
               SET "suggestedClass" = excluded."suggestedClass", "blind" = excluded."blind" RETURNING i."id"
           )
           INSERT INTO "Lease" ("id", "queueItemId", "userId", "takenAt", "expiresAt")
           SELECT n."leaseId", item."id", $2, ${UTC_NOW}, ${UTC_NOW} + interval '${LEASE_SECONDS} seconds'
             FROM (SELECT "id", row_number() OVER () AS "place" FROM item) item
             JOIN unnest($5::uuid[]) WITH ORDINALITY AS n("leaseId", "place") USING ("place")
           ON CONFLICT ("queueItemId", "userId") DO NOTHING RETURNING "id"`,
    values: [queueId, userId, count, shownAs, Array.from({ length: count }, () => randomUUID()), WINDOW_BARS],
  });
  return rows.map(({ id }) => id);
}

/** What gold says of the window behind an item, where its queue lets people know. */
export async function findFeedback(itemId: string): Promise<ClassId | null> {
  const { rows } = await getPool().query<{ label: ClassId }>(
    `SELECT g."label" FROM "QueueItem" i JOIN "Queue" q ON q."id" = i."queueId"
       JOIN "Queue" met ON met."id" = q."saltOf" AND met."feedback"
       JOIN "GoldWindow" g ON g."windowId" = i."windowId" AND g."number" = (SELECT max("number") FROM "GoldVersion")
      WHERE i."id" = $1`,
    [itemId],
  );
  return rows[0]?.label ?? null;
}
