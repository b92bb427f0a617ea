import type pg from 'pg';
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
  readonly surplus: boolean;
  readonly elapsedMs: number;
  readonly answeredAt: Date;
}

const COLUMNS = `a."id", a."userId", a."windowId", a."queueItemId" AS "itemId", a."kind", a."label", a."skipReason", a."note",
  a."suggestedClass", a."retractsId", a."sawFuture", a."surplus", a."elapsedMs",
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
 * Adds a row unless its id is taken, or another row already takes back what it would take back.
 * @returns whether it was added
 */
export async function insertAnnotation(db: Queryable, row: AnnotationRow): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'annotation-insert',
    text: `INSERT INTO "Annotation" ("id", "userId", "windowId", "queueItemId", "kind", "label", "skipReason", "note",
             "suggestedClass", "retractsId", "sawFuture", "surplus", "elapsedMs", "answeredAt", "receivedAt")
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::timestamp, clock_timestamp() AT TIME ZONE 'UTC')
           ON CONFLICT DO NOTHING`,
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
    ],
  });
  return rowCount === 1;
}

export interface LockedItem {
  readonly id: string;
  readonly windowId: string;
  readonly suggestedClass: string;
  readonly answered: number;
  readonly overlap: number;
}

/** Holds an item against every other answer and claim until the transaction ends. */
export async function lockItem(client: pg.PoolClient, itemId: string): Promise<LockedItem | null> {
  const { rows } = await client.query<LockedItem>({
    name: 'item-lock',
    text: `SELECT i."id", i."windowId", i."suggestedClass", i."answered", q."overlap"
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

export async function windowExists(db: Queryable, windowId: string): Promise<boolean> {
  const { rows } = await db.query('SELECT 1 FROM "Window" WHERE "id" = $1', [windowId]);
  return rows.length > 0;
}

/** A person's labels and skips in a queue that stand, newest first. */
export async function listStanding(userId: string, queueId: number, limit: number): Promise<AnnotationRow[]> {
  const { rows } = await getPool().query<Stored>(
    `SELECT ${COLUMNS} FROM "Annotation" a JOIN "QueueItem" i ON i."id" = a."queueItemId"
      WHERE a."userId" = $1 AND i."queueId" = $2 AND a."kind" <> 'retraction' AND ${STANDS}
      ORDER BY a."receivedAt" DESC, a."id" DESC LIMIT $3`,
    [userId, queueId, limit],
  );
  return rows.map(fromStored);
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
         FROM "Annotation" a JOIN "QueueItem" i ON i."id" = a."queueItemId"
        WHERE a."userId" = $1 AND i."queueId" = $2 AND a."kind" <> 'retraction' AND ${STANDS}
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
