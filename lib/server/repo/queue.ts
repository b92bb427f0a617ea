import type pg from 'pg';
import {
  type LastOrder,
  lastOrderSchema,
  type NewQueue,
  type QueueFilter,
  type QueuePurpose,
  queueFilterSchema,
  queueMixSchema,
} from '@/lib/contract/queue.ts';
import type { ConsensusRule } from '@/lib/core/agreement/consensus.ts';
import type { Mix } from '@/lib/core/selection/strategy.ts';
import { WINDOW_BARS } from '@/lib/core/window.ts';
import { type DbOrTx, getPool } from '../db/connection.ts';
import { Prisma } from '../db/generated/client.ts';
import { UTC_NOW } from '../db/utc-now.ts';

export interface QueueRow {
  readonly id: number;
  readonly name: string;
  readonly purpose: QueuePurpose;
  readonly ruleSetId: number | null;
  readonly ruleSetNumber: number | null;
  readonly overlap: number;
  readonly agreement: number;
  readonly blindShare: number;
  readonly targets: Readonly<Record<string, number>>;
  /** Null takes nothing by itself. */
  readonly filter: QueueFilter | null;
  readonly mix: Mix;
  readonly seed: number;
  readonly paused: boolean;
  readonly archivedAt: Date | null;
  readonly isDefault: boolean;
  /** Gold windows for each window served. */
  readonly goldShare: number;
  readonly feedback: boolean;
  readonly catchFloor: number;
  /** Who made it, by name. */
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly lastOrder: LastOrder | null;
}

const SELECT = `
  SELECT q."id", q."name", q."purpose", q."ruleSetId", (SELECT r."number" FROM "RuleSet" r WHERE r."id" = q."ruleSetId") AS "ruleSetNumber",
         q."overlap", q."agreement", q."blindShare", q."targets", q."filter", q."mix", q."seed", q."paused",
         (extract(epoch FROM q."archivedAt") * 1000)::float8 AS "archivedAt", q."isDefault", q."goldShare", q."feedback", q."catchFloor",
         coalesce((SELECT u."name" FROM "User" u WHERE u."id" = q."createdBy"), q."createdBy") AS "createdBy",
         (extract(epoch FROM q."createdAt") * 1000)::float8 AS "createdAt", q."lastOrder"
    FROM "Queue" q`;

type Stored = Omit<QueueRow, 'filter' | 'mix' | 'lastOrder' | 'archivedAt' | 'createdAt'> & {
  filter: unknown;
  mix: unknown;
  lastOrder: unknown;
  archivedAt: number | null;
  createdAt: number;
};

function fromStored(row: Stored): QueueRow {
  return {
    ...row,
    filter: queueFilterSchema.nullable().parse(row.filter),
    mix: queueMixSchema.parse(row.mix),
    lastOrder: lastOrderSchema.nullable().parse(row.lastOrder),
    archivedAt: row.archivedAt === null ? null : new Date(row.archivedAt),
    createdAt: new Date(row.createdAt),
  };
}

/** Where no queue says otherwise: one answer decides, and of several people two in three. */
export const DEFAULT_RULE: ConsensusRule = { answers: 1, agreement: 0.667 };

type Queryable = Pick<pg.PoolClient, 'query'>;

export async function findQueue(id: number): Promise<QueueRow | null> {
  const { rows } = await getPool().query<Stored>({
    name: 'queue-by-id',
    text: `${SELECT} WHERE q."id" = $1 AND q."saltOf" IS NULL`,
    values: [id],
  });
  return rows[0] ? fromStored(rows[0]) : null;
}

/** All queues that people see, the default one first. */
export async function listQueueRows(): Promise<QueueRow[]> {
  const { rows } = await getPool().query<Stored>(
    `${SELECT} WHERE q."saltOf" IS NULL ORDER BY q."isDefault" DESC, q."id"`,
  );
  return rows.map(fromStored);
}

/** Held until the transaction ends: two processes at once make one default queue. */
export async function holdQueues(client: pg.PoolClient): Promise<void> {
  await client.query(`SELECT pg_advisory_xact_lock(hashtext('halyard.queues'))`);
}

export async function findDefaultQueue(db: Queryable): Promise<{ id: number } | null> {
  const { rows } = await db.query<{ id: number }>(
    `SELECT "id" FROM "Queue" WHERE "isDefault" ORDER BY "id" LIMIT 1`,
  );
  return rows[0] ?? null;
}

export interface DefaultQueue extends Pick<NewQueue, 'name' | 'ruleSetNumber' | 'overlap' | 'targets'> {
  readonly seed: number;
  readonly createdBy: string;
}

/** The queue everybody starts with takes whatever its rule set keeps. */
export async function insertDefaultQueue(
  client: pg.PoolClient,
  queue: DefaultQueue,
): Promise<{ id: number }> {
  const { rows } = await client.query<{ id: number }>(
    `INSERT INTO "Queue" ("name", "purpose", "ruleSetId", "overlap", "targets", "filter", "seed", "isDefault", "createdBy", "createdAt")
     VALUES ($1, 'seed', (SELECT "id" FROM "RuleSet" WHERE "number" = $2), $3, $4, '{}', $5, true, $6, ${UTC_NOW}) RETURNING "id"`,
    [queue.name, queue.ruleSetNumber, queue.overlap, queue.targets, queue.seed, queue.createdBy],
  );
  return rows[0];
}

export type QueueFields = Omit<NewQueue, 'ruleSetNumber' | 'purpose'>;

/** @returns its id */
export async function insertQueue(
  db: DbOrTx,
  {
    filter,
    ...queue
  }: QueueFields & {
    readonly purpose: QueuePurpose;
    readonly ruleSetId: number;
    readonly seed: number;
    readonly createdBy: string;
  },
): Promise<number> {
  const { id } = await db.queue.create({ data: { ...queue, filter: filter ?? Prisma.DbNull } });
  return id;
}

export type QueueChanges = Partial<QueueFields> & {
  readonly paused?: boolean;
  readonly archivedAt?: Date | null;
};

export async function changeQueue(
  db: DbOrTx,
  id: number,
  { filter, ...changes }: QueueChanges,
): Promise<void> {
  const data = { ...changes, ...(filter === undefined ? {} : { filter: filter ?? Prisma.DbNull }) };
  await db.queue.update({ where: { id }, data });
}

export async function setLastOrder(client: pg.PoolClient, id: number, order: LastOrder): Promise<void> {
  await client.query('UPDATE "Queue" SET "lastOrder" = $2 WHERE "id" = $1', [id, JSON.stringify(order)]);
}

/** A queue made before its rule set was there takes it once it is. @returns the queue's rule set, null while there is none */
export async function adoptRuleSet(
  client: pg.PoolClient,
  queueId: number,
  number: number,
): Promise<number | null> {
  const { rows } = await client.query<{ ruleSetId: number | null }>(
    `UPDATE "Queue" SET "ruleSetId" = coalesce("ruleSetId", (SELECT "id" FROM "RuleSet" WHERE "number" = $2))
      WHERE "id" = $1 RETURNING "ruleSetId"`,
    [queueId, number],
  );
  return rows[0]?.ruleSetId ?? null;
}

/** The jobs that make orders now, by queue. */
export async function findOrderingJobs(): Promise<Map<number, string>> {
  const { rows } = await getPool().query<{ queueId: number; id: string }>(
    `SELECT DISTINCT ON (1) ("payload"->>'queueId')::int AS "queueId", "id" FROM "Job"
      WHERE "kind" = 'order' AND "state" IN ('queued', 'running') ORDER BY 1, "state" DESC, "createdAt"`,
  );
  return new Map(rows.map(({ queueId, id }) => [queueId, id]));
}

/** A queue in numbers. */
export interface QueueCounts {
  readonly total: number;
  readonly remaining: number;
  /** Labels of record of the queue's windows, by class. */
  readonly labelled: Readonly<Record<string, number>>;
}

/** Counts over the whole queue: an index-only pass over its items and one over their labels of record. */
export async function countQueue(db: Queryable, queueId: number): Promise<QueueCounts> {
  const counts = await db.query<{ total: number; remaining: number }>(
    `SELECT count(*)::int AS "total", count(*) FILTER (WHERE NOT "done")::int AS "remaining"
       FROM "QueueItem" WHERE "queueId" = $1`,
    [queueId],
  );
  const labels = await db.query<{ label: string; n: number }>(
    `SELECT c."label", count(*)::int AS "n"
       FROM "QueueItem" i JOIN "CurrentRecord" c ON c."windowId" = i."windowId"
      WHERE i."queueId" = $1 AND c."label" IS NOT NULL GROUP BY c."label"`,
    [queueId],
  );
  return { ...counts.rows[0], labelled: Object.fromEntries(labels.rows.map(({ label, n }) => [label, n])) };
}

/** Whether a queue holds anything at all, and anything that is not done. */
export async function queueIsEmpty(queueId: number): Promise<{ empty: boolean; done: boolean }> {
  const { rows } = await getPool().query<{ empty: boolean; done: boolean }>(
    `SELECT NOT EXISTS (SELECT 1 FROM "QueueItem" WHERE "queueId" = $1) AS "empty",
            NOT EXISTS (SELECT 1 FROM "QueueItem" WHERE "queueId" = $1 AND NOT "done") AS "done"`,
    [queueId],
  );
  return rows[0];
}

const REVIEW_NAME = 'Conflicts';

/** Held until the transaction ends: whoever gives windows the next positions of a review queue does so one after the other. */
export async function holdReview(client: pg.PoolClient): Promise<void> {
  await client.query(`SELECT pg_advisory_xact_lock(hashtext('halyard.review'))`);
}

/** Puts a window on which people disagree before the reviewers, at the end of their queue; once, however often it comes. */
export async function sendToReview(client: pg.PoolClient, windowId: string): Promise<void> {
  await holdReview(client);
  await client.query(
    `INSERT INTO "Queue" ("name", "purpose", "ruleSetId", "targets", "seed", "createdBy")
     SELECT $1, 'review', (SELECT "id" FROM "RuleSet" ORDER BY "number" LIMIT 1), '{}', 1, 'system'
      WHERE NOT EXISTS (SELECT 1 FROM "Queue" WHERE "purpose" = 'review')`,
    [REVIEW_NAME],
  );
  await client.query(
    `INSERT INTO "QueueItem" AS i ("queueId", "position", "windowId", "seriesId", "ts", "clearFrom", "suggestedClass", "placedBy")
     SELECT q."id", coalesce((SELECT max("position") FROM "QueueItem" WHERE "queueId" = q."id"), -1) + 1,
            w."id", w."seriesId", w."ts", w."ts" + $2 * s."timeframeMs",
            (SELECT a."label" FROM "Annotation" a WHERE a."windowId" = w."id" AND a."kind" = 'label'
              ORDER BY a."receivedAt" DESC, a."id" DESC LIMIT 1), 'conflict'
       FROM "Queue" q, "Window" w JOIN "Series" s ON s."id" = w."seriesId"
      WHERE w."id" = $1 AND q."id" = (SELECT min("id") FROM "Queue" WHERE "purpose" = 'review')
     ON CONFLICT ("queueId", "windowId") DO UPDATE SET "done" = i."answered" > 0`,
    [windowId, WINDOW_BARS],
  );
}

/** Takes a window that is no longer in dispute from those that reviewers still have before them. */
export async function withdrawFromReview(client: pg.PoolClient, windowId: string): Promise<void> {
  await client.query(
    `UPDATE "QueueItem" i SET "done" = true FROM "Queue" q
      WHERE q."id" = i."queueId" AND q."purpose" = 'review' AND i."windowId" = $1 AND NOT i."done"`,
    [windowId],
  );
}
