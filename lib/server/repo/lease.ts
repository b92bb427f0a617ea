import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { getPool } from '../db/connection.ts';
import { inTransaction } from '../db/transaction.ts';
import { UTC_NOW } from '../db/utc-now.ts';
import { STANDS } from './record.ts';

/** A lease outlives two lost heartbeats of the page, and gives the windows of a closed one back soon after. */
export const LEASE_SECONDS = 180;

const EXPIRY = `(${UTC_NOW} + interval '${LEASE_SECONDS} seconds')`;
const ROOM = (others: string) =>
  `i."answered" + (SELECT count(*) FROM "Lease" l WHERE l."queueItemId" = i."id" AND l."expiresAt" > ${UTC_NOW}${others}) < $4`;
const NOT_MINE = `NOT EXISTS (SELECT 1 FROM "Annotation" a WHERE a."queueItemId" = i."id" AND a."userId" = $2
                                AND a."kind" <> 'retraction' AND ${STANDS})`;

const free = (cursor: '>' | '<=', limit: string) => `
  SELECT i."id", i."position" FROM "QueueItem" i
   WHERE i."queueId" = $1 AND NOT i."done" AND i."position" ${cursor} (SELECT "position" FROM start)
     AND ${ROOM('')}
     AND NOT EXISTS (SELECT 1 FROM "Lease" l WHERE l."queueItemId" = i."id" AND l."userId" = $2)
     AND ${NOT_MINE}
   ORDER BY i."position" LIMIT (${limit})
   FOR NO KEY UPDATE SKIP LOCKED`;

/**
 * Locks up to $3 items for person $2: first those they hold but did not name in $5 (their page was reloaded, or slept past
 * its leases), then those after their cursor, then, where these are too few, from the front again: an item that came
 * back behind everyone's cursor is found there. Each part walks the index (queueId, done, position).
 */
const LOCK = `
WITH start AS MATERIALIZED (
  SELECT coalesce((SELECT "position" FROM "QueueCursor" WHERE "queueId" = $1 AND "userId" = $2), -1) AS "position"
), own AS MATERIALIZED (
  SELECT i."id", i."position" FROM "Lease" l JOIN "QueueItem" i ON i."id" = l."queueItemId"
   WHERE l."userId" = $2 AND i."queueId" = $1 AND NOT i."done" AND l."id" <> ALL($5::uuid[])
     AND ${ROOM(' AND l."userId" <> $2')} AND ${NOT_MINE}
   ORDER BY l."expiresAt" <= ${UTC_NOW}, i."position" LIMIT $3
   FOR NO KEY UPDATE OF i SKIP LOCKED
), ahead AS MATERIALIZED (${free('>', 'SELECT greatest($3 - count(*), 0) FROM own')}
), behind AS MATERIALIZED (${free('<=', 'SELECT greatest($3 - count(*) - (SELECT count(*) FROM ahead), 0) FROM own')}
), picked AS MATERIALIZED (
  SELECT "id", "position", 0 AS "pass" FROM own
  UNION ALL SELECT "id", "position", 1 FROM ahead
  UNION ALL SELECT "id", "position", 2 FROM behind
), ended AS (
  DELETE FROM "Lease" l USING picked p WHERE l."queueItemId" = p."id" AND l."expiresAt" <= ${UTC_NOW}
)
SELECT "id", "position", "pass" FROM picked ORDER BY "pass", "position"`;

/**
 * Leases what LOCK locked. LOCK saw leases as they were when it began, and another claim may have committed one before the
 * lock was ours; this second statement sees those, which is why it asks again.
 */
const LEASE = `
WITH moved AS (
  INSERT INTO "QueueCursor" AS c ("queueId", "userId", "position") SELECT $1, $2, $6::int WHERE $6::int IS NOT NULL
  ON CONFLICT ("queueId", "userId") DO UPDATE SET "position" = excluded."position"
)
INSERT INTO "Lease" AS held ("id", "queueItemId", "userId", "takenAt", "expiresAt")
SELECT n."leaseId", i."id", $2, ${UTC_NOW}, ${EXPIRY}
  FROM unnest($3::bigint[], $5::uuid[]) AS n("itemId", "leaseId") JOIN "QueueItem" i ON i."id" = n."itemId"
 WHERE NOT i."done" AND ${ROOM(' AND l."userId" <> $2')} AND ${NOT_MINE}
ON CONFLICT ("queueItemId", "userId") DO UPDATE SET "expiresAt" = excluded."expiresAt"
RETURNING "id", "queueItemId"`;

export interface ClaimRequest {
  readonly queueId: number;
  readonly overlap: number;
  readonly userId: string;
  readonly count: number;
  /** Leases that need not be named to the person again. */
  readonly holding: readonly string[];
}

/** Others may lease all that was picked just before it was locked; then the next ones are tried, this many times. */
const TRIES = 5;

/** Leases up to `count` items to a person. @returns the leases' ids, in the order to work through them */
export async function claimLeases(request: ClaimRequest): Promise<string[]> {
  for (let tries = 1; ; tries++) {
    const { leases, outrun } = await tryClaim(request);
    if (!outrun || tries === TRIES) return leases;
  }
}

async function tryClaim(request: ClaimRequest): Promise<{ leases: string[]; outrun: boolean }> {
  const { queueId, overlap, userId, count, holding } = request;
  return inTransaction(async (client) => {
    const picked = await client.query<{ id: string; position: number; pass: number }>({
      name: 'claim-lock',
      text: LOCK,
      values: [queueId, userId, count, overlap, holding],
    });
    if (picked.rows.length === 0) return { leases: [], outrun: false };
    const leased = await client.query<{ id: string; queueItemId: string }>({
      name: 'claim-lease',
      text: LEASE,
      values: [
        queueId,
        userId,
        picked.rows.map(({ id }) => id),
        overlap,
        picked.rows.map(() => randomUUID()),
        nextCursor(picked.rows),
      ],
    });
    const byItem = new Map(leased.rows.map((row) => [row.queueItemId, row.id]));
    const leases = picked.rows.flatMap(({ id }) => byItem.get(id) ?? []);
    return { leases, outrun: leases.length === 0 };
  });
}

/** The last position of the last pass that walked the queue; null leaves the cursor where it is. */
function nextCursor(picked: readonly { position: number; pass: number }[]): number | null {
  const last = picked[picked.length - 1];
  return last.pass === 0 ? null : last.position;
}

/** Puts an item back into a person's hands; the caller holds the item's row and knows that there is room. */
export async function leaseItem(client: pg.PoolClient, itemId: string, userId: string): Promise<void> {
  await client.query(
    `INSERT INTO "Lease" ("id", "queueItemId", "userId", "takenAt", "expiresAt")
     VALUES ($1, $2, $3, ${UTC_NOW}, ${EXPIRY})
     ON CONFLICT ("queueItemId", "userId") DO UPDATE SET "expiresAt" = excluded."expiresAt"`,
    [randomUUID(), itemId, userId],
  );
}

/** Which of these leases are this person's and alive. */
export async function findLive(userId: string, leaseIds: readonly string[]): Promise<string[]> {
  if (leaseIds.length === 0) return [];
  const { rows } = await getPool().query<{ id: string }>({
    name: 'lease-live',
    text: `SELECT "id" FROM "Lease" WHERE "id" = ANY($1::uuid[]) AND "userId" = $2 AND "expiresAt" > ${UTC_NOW}`,
    values: [leaseIds, userId],
  });
  return rows.map(({ id }) => id);
}

/** The person's living lease on an item, if any. */
export async function findLease(userId: string, itemId: string): Promise<string | null> {
  const { rows } = await getPool().query<{ id: string }>(
    `SELECT "id" FROM "Lease" WHERE "queueItemId" = $1 AND "userId" = $2 AND "expiresAt" > ${UTC_NOW}`,
    [itemId, userId],
  );
  return rows[0]?.id ?? null;
}

/** Prolongs those of the leases that are this person's and alive; an ended one may have gone to someone else. */
export async function prolongLeases(
  userId: string,
  leaseIds: readonly string[],
): Promise<{ held: string[]; expiresAt: Date }> {
  // In the order of ids, so that two tabs that renew the same leases at once wait for each other instead of deadlocking.
  const { rows } = await getPool().query<{ held: string[]; expiresAt: number }>(
    `WITH mine AS MATERIALIZED (
       SELECT "id" FROM "Lease" WHERE "id" = ANY($1::uuid[]) AND "userId" = $2 AND "expiresAt" > ${UTC_NOW}
        ORDER BY "id" FOR UPDATE
     ), prolonged AS (
       UPDATE "Lease" l SET "expiresAt" = ${EXPIRY} FROM mine WHERE l."id" = mine."id" RETURNING l."id"
     )
     SELECT coalesce((SELECT array_agg("id"::text) FROM prolonged), '{}') AS "held",
            (extract(epoch FROM ${EXPIRY}) * 1000)::float8 AS "expiresAt"`,
    [leaseIds, userId],
  );
  const { held, expiresAt } = rows[0];
  return { held, expiresAt: new Date(Math.trunc(expiresAt)) };
}

/** Ends those of the leases that are this person's, and moves their cursor back so that they meet these items again. */
export async function endLeases(userId: string, leaseIds: readonly string[]): Promise<void> {
  await getPool().query(
    `WITH mine AS MATERIALIZED (
       SELECT "id" FROM "Lease" WHERE "id" = ANY($1::uuid[]) AND "userId" = $2 ORDER BY "id" FOR UPDATE
     ), ended AS (
       DELETE FROM "Lease" l USING mine WHERE l."id" = mine."id" RETURNING l."queueItemId"
     ), first AS (
       SELECT i."queueId", min(i."position") AS "position"
         FROM ended JOIN "QueueItem" i ON i."id" = ended."queueItemId" GROUP BY i."queueId"
     )
     UPDATE "QueueCursor" c SET "position" = least(c."position", first."position" - 1)
       FROM first WHERE c."queueId" = first."queueId" AND c."userId" = $2`,
    [leaseIds, userId],
  );
}
