import type pg from 'pg';
import type { ClassId } from '@/lib/contract/classes.ts';
import type { OwnAnswers } from '@/lib/contract/label.ts';
import type { QueuePurpose } from '@/lib/contract/queue.ts';
import type { FlagSpans } from '@/lib/core/rule/flag-marks.ts';
import { WINDOW_BARS } from '@/lib/core/window.ts';
import { getPool } from '../db/connection.ts';
import { UTC_NOW } from '../db/utc-now.ts';
import { STANDS } from './record.ts';

export interface AnnotationRow {
  readonly id: string;
  readonly userId: string;
  readonly windowId: string;
  readonly itemId: string | null;
  readonly kind: 'label' | 'skip' | 'retraction';
  readonly label: string | null;
  readonly skipReason: string | null;
  readonly note: string | null;
  readonly suggestedClass: string | null;
  readonly retractsId: string | null;
  readonly sawFuture: boolean;
  readonly marks: FlagSpans | null;
  readonly poleKatr: number | null;
  readonly guideVersion: number | null;
  readonly blind: boolean;
  /** A test against gold. */
  readonly gold: boolean;
  readonly pageId: string | null;
  readonly surplus: boolean;
  readonly elapsedMs: number;
  readonly answeredAt: Date;
}

const COLUMNS = `a."id", a."userId", a."windowId", a."queueItemId" AS "itemId", a."kind", a."label", a."skipReason", a."note",
  a."suggestedClass", a."retractsId", a."sawFuture", a."marks", a."poleKatr", a."guideVersion", a."blind", a."gold", a."pageId", a."surplus", a."elapsedMs",
  (extract(epoch FROM a."answeredAt") * 1000)::float8 AS "answeredAt"`;

type Stored = Omit<AnnotationRow, 'answeredAt'> & { answeredAt: number };
const fromStored = (row: Stored): AnnotationRow => ({ ...row, answeredAt: new Date(row.answeredAt) });

type Queryable = Pick<pg.PoolClient, 'query'>;

export async function findAnnotation(db: Queryable, id: string): Promise<AnnotationRow | null> {
  const { rows } = await db.query<Stored>({
    name: 'annotation-by-id',
    text: `SELECT ${COLUMNS} FROM "Annotation" a WHERE a."id" = $1`,
    values: [id],
  });
  return rows[0] ? fromStored(rows[0]) : null;
}

/**
 * Adds a row unless its id is taken, or another row already takes back what it would take back. A guide version that is
 * not known is that in force when the answer was given.
 * @returns the row as stored; null where it was not added
 */
export async function insertAnnotation(db: Queryable, row: AnnotationRow): Promise<AnnotationRow | null> {
  const { rows } = await db.query<Pick<AnnotationRow, 'guideVersion'>>({
    name: 'annotation-insert',
    text: `INSERT INTO "Annotation" ("id", "userId", "windowId", "queueItemId", "kind", "label", "skipReason", "note",
             "suggestedClass", "retractsId", "sawFuture", "surplus", "elapsedMs", "answeredAt", "blind", "gold", "pageId", "marks", "poleKatr", "guideVersion", "receivedAt")
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::timestamp, $15, $16, $17, $18, $19,
             coalesce((SELECT g."number" FROM "GuideVersion" g WHERE g."number" = $20),
                      (SELECT max(g."number") FROM "GuideVersion" g WHERE g."at" <= $14::timestamp)), clock_timestamp() AT TIME ZONE 'UTC')
           ON CONFLICT DO NOTHING RETURNING "guideVersion"`,
    values: [
      row.id,
      row.userId,
      row.windowId,
      row.itemId,
      row.kind,
      row.label,
      row.skipReason,
      row.note,
      row.suggestedClass,
      row.retractsId,
      row.sawFuture,
      row.surplus,
      row.elapsedMs,
      row.answeredAt.toISOString(),
      row.blind,
      row.gold,
      row.pageId,
      row.marks,
      row.poleKatr,
      row.guideVersion,
    ],
  });
  return rows[0] ? { ...row, ...rows[0] } : null;
}

export interface LockedItem extends Span {
  readonly id: string;
  readonly windowId: string;
  readonly suggestedClass: string;
  readonly answered: number;
  readonly overlap: number;
  readonly blind: boolean;
  readonly purpose: QueuePurpose;
  /** A gold window met unknowingly. */
  readonly gold: boolean;
}

/** Holds an item against every other answer and claim until the transaction ends. */
export async function lockItem(client: pg.PoolClient, itemId: string): Promise<LockedItem | null> {
  const { rows } = await client.query<LockedItem>({
    name: 'item-lock',
    text: `SELECT i."id", i."windowId", i."suggestedClass", i."seriesId", i."ts", i."clearFrom", i."answered", i."blind", q."overlap", q."purpose",
                  q."saltOf" IS NOT NULL AS "gold"
             FROM "QueueItem" i JOIN "Queue" q ON q."id" = i."queueId" WHERE i."id" = $1
              FOR NO KEY UPDATE OF i`,
    values: [itemId],
  });
  return rows[0] ?? null;
}

export interface ItemHands {
  /** This person holds it. */
  readonly held: boolean;
  /** So many others do. */
  readonly others: number;
  /** A label of this person's counts towards the overlap already. */
  readonly counted: boolean;
}

/** In whose hands an item is; asked after the item is locked, so that it stays so. */
export async function itemHands(client: pg.PoolClient, itemId: string, userId: string): Promise<ItemHands> {
  const { rows } = await client.query<ItemHands>({
    name: 'item-hands',
    text: `SELECT coalesce(bool_or(l."userId" = $2), false) AS "held",
                  count(*) FILTER (WHERE l."userId" <> $2)::int AS "others",
                  EXISTS (SELECT 1 FROM "Annotation" a WHERE a."queueItemId" = $1 AND a."userId" = $2
                             AND a."kind" = 'label' AND NOT a."surplus" AND ${STANDS}) AS "counted"
             FROM "Lease" l WHERE l."queueItemId" = $1 AND l."expiresAt" > ${UTC_NOW}`,
    values: [itemId, userId],
  });
  return rows[0];
}

/** Writes how many answers a locked item has, and ends the answering person's lease and, once done, all ended ones. */
export async function settleItem(
  client: pg.PoolClient,
  item: LockedItem,
  answered: number,
  userId: string,
): Promise<void> {
  await client.query({
    name: 'item-settle',
    text: `WITH given AS (
             DELETE FROM "Lease" WHERE "queueItemId" = $1
                AND ("userId" = $4 OR ($3 AND "expiresAt" <= ${UTC_NOW}))
           )
           UPDATE "QueueItem" SET "answered" = $2, "done" = $3
            WHERE "id" = $1 AND ("answered" <> $2 OR "done" <> $3)`,
    values: [item.id, answered, answered >= item.overlap, userId],
  });
}

/** Where a window lies. */
export interface Span {
  readonly seriesId: number;
  /** Bar t. */
  readonly ts: number;
  /** From here on windows of the series share no bar with it. */
  readonly clearFrom: number;
}

export async function findSpan(db: Queryable, windowId: string): Promise<Span | null> {
  const { rows } = await db.query<Span>(
    `SELECT w."seriesId", w."ts", w."ts" + $2 * s."timeframeMs" AS "clearFrom"
       FROM "Window" w JOIN "Series" s ON s."id" = w."seriesId" WHERE w."id" = $1`,
    [windowId, WINDOW_BARS],
  );
  return rows[0] ?? null;
}

/**
 * Notes that a person had a window before them, and tells whether they have answered a later one that shares bars with
 * it, or were shown such bars after an answer: then they knew what came after.
 */
export async function noteServed(
  db: Queryable,
  userId: string,
  { seriesId, ts, clearFrom }: Span,
): Promise<boolean> {
  const { rows } = await db.query<{ knew: boolean }>({
    name: 'served-note',
    text: `WITH noted AS (INSERT INTO "Served" ("userId", "seriesId", "ts") VALUES ($1, $2, $3) ON CONFLICT DO NOTHING)
           SELECT EXISTS (
             SELECT 1 FROM "Served" v WHERE v."userId" = $1 AND v."seriesId" = $2 AND v."ts" > $3 AND v."ts" < $4
                AND (v."seen" OR EXISTS (SELECT 1 FROM "Window" w JOIN "Annotation" a ON a."windowId" = w."id" AND a."userId" = $1
                                          WHERE w."seriesId" = $2 AND w."ts" = v."ts"))) AS "knew"`,
    values: [userId, seriesId, ts, clearFrom],
  });
  return rows[0].knew;
}

/** A person's labels and skips in a queue that stand, newest first. */
export async function listStanding(userId: string, queueId: number, limit: number): Promise<AnnotationRow[]> {
  const { rows } = await getPool().query<Stored>(
    `SELECT ${COLUMNS} FROM "Annotation" a JOIN "QueueItem" i ON i."id" = a."queueItemId" JOIN "Queue" q ON q."id" = i."queueId"
      WHERE a."userId" = $1 AND coalesce(q."saltOf", q."id") = $2 AND a."kind" <> 'retraction' AND ${STANDS}
      ORDER BY a."receivedAt" DESC, a."id" DESC LIMIT $3`,
    [userId, queueId, limit],
  );
  return rows.map(fromStored);
}

/** An answer as its own person sees it again. */
export interface OwnAnswerRow
  extends Pick<
    AnnotationRow,
    | 'id'
    | 'windowId'
    | 'itemId'
    | 'label'
    | 'skipReason'
    | 'note'
    | 'marks'
    | 'poleKatr'
    | 'suggestedClass'
    | 'blind'
  > {
  readonly symbol: string;
  readonly timeframe: string;
  readonly ts: number;
  /** Of the queue that it looked like coming from: planted gold has its own. */
  readonly queueId: number | null;
  readonly answeredAt: Date;
  readonly retractedAt: Date | null;
}

/** A person's labels and skips, newest first, from after the answer `after` on. */
export async function listOwnAnswers(
  userId: string,
  { only, after, limit }: { only: OwnAnswers | null; after: string | null; limit: number },
): Promise<OwnAnswerRow[]> {
  type Raw = Omit<OwnAnswerRow, 'answeredAt' | 'retractedAt'> & {
    answeredAt: number;
    retractedAt: number | null;
  };
  const { rows } = await getPool().query<Raw>(
    `SELECT a."id", a."windowId", a."queueItemId" AS "itemId", a."label", a."skipReason", a."note", a."marks", a."poleKatr",
            a."suggestedClass", a."blind", s."symbol", s."timeframe", w."ts", coalesce(q."saltOf", q."id") AS "queueId",
            (extract(epoch FROM a."answeredAt") * 1000)::float8 AS "answeredAt",
            (extract(epoch FROM back."receivedAt") * 1000)::float8 AS "retractedAt"
       FROM "Annotation" a
       JOIN "Window" w ON w."id" = a."windowId" JOIN "Series" s ON s."id" = w."seriesId"
       LEFT JOIN "QueueItem" i ON i."id" = a."queueItemId" LEFT JOIN "Queue" q ON q."id" = i."queueId"
       LEFT JOIN "Annotation" back ON back."retractsId" = a."id"
      WHERE a."userId" = $1 AND a."kind" <> 'retraction'
        AND ($2::text IS NULL OR a."label" = $2 OR ($2 = 'skip' AND a."kind" = 'skip') OR ($2 = 'note' AND a."note" IS NOT NULL))
        AND ($3::uuid IS NULL OR (a."receivedAt", a."id") <
             (SELECT l."receivedAt", l."id" FROM "Annotation" l WHERE l."id" = $3 AND l."userId" = $1))
      ORDER BY a."receivedAt" DESC, a."id" DESC LIMIT $4`,
    [userId, only, after, limit],
  );
  return rows.map(({ answeredAt, retractedAt, ...row }) => ({
    ...row,
    answeredAt: new Date(answeredAt),
    retractedAt: retractedAt === null ? null : new Date(retractedAt),
  }));
}

export interface Pace {
  /** Labels and skips of the last hour that stand. */
  readonly answers: number;
  /** Those of the last ten minutes. */
  readonly recent: number;
  /** Since the first of those, in minutes; null where there is none. */
  readonly minutes: number | null;
}

export async function readPace(userId: string, queueId: number): Promise<Pace> {
  const { rows } = await getPool().query<Pace>(
    `WITH mine AS (
       SELECT ${UTC_NOW} - a."receivedAt" AS "age"
         FROM "Annotation" a JOIN "QueueItem" i ON i."id" = a."queueItemId" JOIN "Queue" q ON q."id" = i."queueId"
        WHERE a."userId" = $1 AND coalesce(q."saltOf", q."id") = $2 AND a."kind" <> 'retraction' AND ${STANDS}
          AND a."receivedAt" > ${UTC_NOW} - interval '1 hour'
     )
     SELECT count(*)::int AS "answers",
            count(*) FILTER (WHERE "age" <= interval '10 minutes')::int AS "recent",
            (extract(epoch FROM max("age") FILTER (WHERE "age" <= interval '10 minutes')) / 60)::float8 AS "minutes"
       FROM mine`,
    [userId, queueId],
  );
  return rows[0];
}

/** How fast a queue is worked off: answers a minute over the last ten, and by how many people. */
export interface QueuePace {
  readonly perMinute: number;
  readonly people: number;
}

/** Labels and skips of the last ten minutes that stand, by queue. */
export async function readPaces(): Promise<Map<number, QueuePace>> {
  const { rows } = await getPool().query<QueuePace & { queueId: number }>(
    `SELECT i."queueId", count(*)::float8 / 10 AS "perMinute", count(DISTINCT u."id")::int AS "people"
       FROM "User" u
       JOIN LATERAL (SELECT a."queueItemId" FROM "Annotation" a
                      WHERE a."userId" = u."id" AND a."receivedAt" > ${UTC_NOW} - interval '10 minutes'
                        AND a."kind" <> 'retraction' AND ${STANDS}) given ON true
       JOIN "QueueItem" i ON i."id" = given."queueItemId" GROUP BY i."queueId"`,
  );
  return new Map(rows.map(({ queueId, ...pace }) => [queueId, pace]));
}

/** An answer of a window's history, with who gave it and when it was taken back. */
export interface GivenAnswer {
  readonly id: string;
  readonly person: string;
  readonly kind: 'label' | 'skip';
  readonly label: ClassId | null;
  readonly skipReason: string | null;
  readonly note: string | null;
  readonly blind: boolean;
  readonly sawFuture: boolean;
  readonly surplus: boolean;
  readonly elapsedMs: number;
  readonly at: Date;
  readonly retractedAt: Date | null;
}

/** Every label and skip of these windows, oldest first, by window. */
export async function listAnswers(windowIds: readonly string[]): Promise<Map<string, GivenAnswer[]>> {
  type Stored = Omit<GivenAnswer, 'at' | 'retractedAt'> & {
    windowId: string;
    at: number;
    retractedAt: number | null;
  };
  const { rows } = await getPool().query<Stored>(
    `SELECT a."windowId", a."id", u."name" AS "person", a."kind", a."label", a."skipReason", a."note", a."blind", a."sawFuture",
            a."surplus", a."elapsedMs", (extract(epoch FROM a."receivedAt") * 1000)::float8 AS "at",
            (extract(epoch FROM back."receivedAt") * 1000)::float8 AS "retractedAt"
       FROM "Annotation" a JOIN "User" u ON u."id" = a."userId"
       LEFT JOIN "Annotation" back ON back."retractsId" = a."id"
      WHERE a."windowId" = ANY($1::uuid[]) AND a."kind" <> 'retraction' ORDER BY a."receivedAt", a."id"`,
    [windowIds],
  );
  const byWindow = new Map<string, GivenAnswer[]>();
  for (const { windowId, at, retractedAt, ...row } of rows) {
    const answer = {
      ...row,
      at: new Date(at),
      retractedAt: retractedAt === null ? null : new Date(retractedAt),
    };
    const answers = byWindow.get(windowId);
    if (answers) answers.push(answer);
    else byWindow.set(windowId, [answer]);
  }
  return byWindow;
}

/** Everything that was answered on a grid page has its item here, taken back or not. */
export async function listPageItems(db: Queryable, pageId: string): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT DISTINCT "queueItemId" AS "id" FROM "Annotation" WHERE "pageId" = $1 AND "queueItemId" IS NOT NULL`,
    [pageId],
  );
  return rows.map(({ id }) => id);
}

/** What a person gave on a grid page and did not take back, in the order of windows. */
export async function listPageAnswers(db: Queryable, pageIds: readonly string[]): Promise<AnnotationRow[]> {
  const { rows } = await db.query<Stored>(
    `SELECT ${COLUMNS} FROM "Annotation" a
      WHERE a."pageId" = ANY($1::uuid[]) AND a."kind" <> 'retraction' AND ${STANDS} ORDER BY a."windowId", a."id"`,
    [pageIds],
  );
  return rows.map(fromStored);
}
