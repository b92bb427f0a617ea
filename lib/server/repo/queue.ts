import type pg from 'pg';
import { getPool } from '../db/connection.ts';
import { recordSql } from './record.ts';

export interface QueueRow {
  readonly id: number;
  readonly name: string;
  readonly ruleSetId: number | null;
  readonly overlap: number;
  readonly targets: Readonly<Record<string, number>>;
  readonly seed: number;
  readonly paused: boolean;
  readonly isDefault: boolean;
}

const COLUMNS = '"id", "name", "ruleSetId", "overlap", "targets", "seed", "paused", "isDefault"';

type Queryable = Pick<pg.PoolClient, 'query'>;

export async function findQueue(id: number): Promise<QueueRow | null> {
  const { rows } = await getPool().query<QueueRow>({
    name: 'queue-by-id',
    text: `SELECT ${COLUMNS} FROM "Queue" WHERE "id" = $1`,
    values: [id],
  });
  return rows[0] ?? null;
}

/** All queues, the default one first. */
export async function listQueueRows(): Promise<QueueRow[]> {
  const { rows } = await getPool().query<QueueRow>(
    `SELECT ${COLUMNS} FROM "Queue" ORDER BY "isDefault" DESC, "id"`,
  );
  return rows;
}

/** Held until the transaction ends: two processes at once make one default queue, and fill a queue one after the other. */
export async function holdQueues(client: pg.PoolClient): Promise<void> {
  await client.query(`SELECT pg_advisory_xact_lock(hashtext('halyard.queues'))`);
}

export async function findDefaultQueue(db: Queryable): Promise<QueueRow | null> {
  const { rows } = await db.query<QueueRow>(
    `SELECT ${COLUMNS} FROM "Queue" WHERE "isDefault" ORDER BY "id" LIMIT 1`,
  );
  return rows[0] ?? null;
}

export interface NewQueue {
  readonly name: string;
  readonly ruleSetNumber: number;
  readonly overlap: number;
  readonly targets: Readonly<Record<string, number>>;
  readonly seed: number;
  readonly createdBy: string;
}

export async function insertDefaultQueue(client: pg.PoolClient, queue: NewQueue): Promise<QueueRow> {
  const { rows } = await client.query<QueueRow>(
    `INSERT INTO "Queue" ("name", "purpose", "ruleSetId", "overlap", "targets", "seed", "isDefault", "createdBy")
     VALUES ($1, 'seed', (SELECT "id" FROM "RuleSet" WHERE "number" = $2), $3, $4, $5, true, $6)
     RETURNING ${COLUMNS}`,
    [queue.name, queue.ruleSetNumber, queue.overlap, queue.targets, queue.seed, queue.createdBy],
  );
  return rows[0];
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

/** A queue in numbers. */
export interface QueueCounts {
  readonly total: number;
  readonly remaining: number;
  /** Labels of record of the queue's windows, by class. */
  readonly labelled: Readonly<Record<string, number>>;
}

/** Counts over the whole queue: an index-only pass over its items and one over its answers. */
export async function countQueue(db: Queryable, queueId: number): Promise<QueueCounts> {
  const counts = await db.query<{ total: number; remaining: number }>(
    `SELECT count(*)::int AS "total", count(*) FILTER (WHERE NOT "done")::int AS "remaining"
       FROM "QueueItem" WHERE "queueId" = $1`,
    [queueId],
  );
  const labels = await db.query<{ label: string; n: number }>(
    `SELECT r."label", count(*)::int AS "n"
       FROM (${recordSql(`a."windowId" IN (SELECT i."windowId" FROM "QueueItem" i WHERE i."queueId" = $1)`)}) r
      GROUP BY r."label"`,
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
