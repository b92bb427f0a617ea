import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { ClassId } from '@/lib/contract/classes.ts';
import type { Hold } from '@/lib/contract/label.ts';
import { getPool } from '../db/connection.ts';
import { UTC_NOW } from '../db/utc-now.ts';

/** A lease outlives two lost heartbeats of the page, and gives the windows of a closed one back soon after. */
export const LEASE_SECONDS = 180;
/** Half a day on a train or a plane. */
const OFFLINE_SECONDS = 12 * 3600;

const EXPIRY = `(${UTC_NOW} + interval '${LEASE_SECONDS} seconds')`;
export interface ClaimRequest {
  readonly queueId: number;
  readonly userId: string;
  readonly count: number;
  /** Leases that need not be named to the person again. */
  readonly holding: readonly string[];
  readonly hold: Hold;
  /** Windows of this suggested class only; null for all. */
  readonly lane: ClassId | null;
}

export interface Claim {
  /** Those of the request's `holding` that are this person's and alive. */
  readonly held: readonly string[];
  /** Leases taken, in the order to work through them. */
  readonly taken: readonly string[];
  /** Gold windows that the queue wants for each window served; null where there is no such queue. */
  readonly goldShare: number | null;
}

/** In a short queue the claims of others may have all that is left locked, for the milliseconds that they take. */
const TRIES = 4;
const PAUSE_MS = 15;

/**
 * Leases up to `count` items to a person, by the function `claim_items` of the database, whose migration says how: one
 * round trip, at the same cost in a queue of a thousand and of a million windows.
 */
export async function claimLeases(request: ClaimRequest): Promise<Claim> {
  for (let tries = 1; ; tries++) {
    const claim = await tryClaim(request);
    if (claim.taken.length > 0 || tries === TRIES) return claim;
    await sleep(PAUSE_MS * tries);
  }
}

async function tryClaim({ queueId, userId, count, holding, hold, lane }: ClaimRequest): Promise<Claim> {
  const { rows } = await getPool().query<Claim>({
    name: 'claim',
    text: `SELECT "held", "taken", (SELECT q."goldShare" FROM "Queue" q WHERE q."id" = $1) AS "goldShare"
             FROM claim_items($1, $2, $3, $4::uuid[], $7, $5, make_interval(secs => $6))`,
    values: [
      queueId,
      userId,
      count,
      holding,
      hold !== 'ready',
      hold === 'offline' ? OFFLINE_SECONDS : LEASE_SECONDS,
      lane ?? '',
    ],
  });
  return rows[0];
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

/** The person's living leases on these items. */
export async function findLeases(userId: string, itemIds: readonly string[]): Promise<string[]> {
  const { rows } = await getPool().query<{ id: string }>(
    `SELECT "id" FROM "Lease" WHERE "queueItemId" = ANY($1::bigint[]) AND "userId" = $2 AND "expiresAt" > ${UTC_NOW}`,
    [itemIds, userId],
  );
  return rows.map(({ id }) => id);
}

/**
 * Prolongs those of the leases that are this person's and alive; an ended one may have gone to someone else. Those in
 * `ready` leave the reserve and last from heartbeat to heartbeat like any other; one in reserve that was given for longer
 * keeps its end.
 */
export async function prolongLeases(
  userId: string,
  leaseIds: readonly string[],
  ready: readonly string[],
): Promise<{ held: string[]; expiresAt: Date }> {
  // In the order of ids, so that two tabs that renew the same leases at once wait for each other instead of deadlocking.
  const { rows } = await getPool().query<{ held: string[]; expiresAt: number }>(
    `WITH mine AS MATERIALIZED (
       SELECT "id", "id" = ANY($3::uuid[]) AS "ready" FROM "Lease"
        WHERE "id" = ANY($1::uuid[]) AND "userId" = $2 AND "expiresAt" > ${UTC_NOW}
        ORDER BY "id" FOR UPDATE
     ), prolonged AS (
       UPDATE "Lease" l SET "expiresAt" = CASE WHEN mine."ready" THEN ${EXPIRY} ELSE greatest(l."expiresAt", ${EXPIRY}) END,
                            "reserve" = l."reserve" AND NOT mine."ready"
         FROM mine WHERE l."id" = mine."id" RETURNING l."id"
     )
     SELECT coalesce((SELECT array_agg("id"::text) FROM prolonged), '{}') AS "held",
            (extract(epoch FROM ${EXPIRY}) * 1000)::float8 AS "expiresAt"`,
    [leaseIds, userId, ready],
  );
  const { held, expiresAt } = rows[0];
  return { held, expiresAt: new Date(Math.trunc(expiresAt)) };
}

/**
 * Ends those of the leases that are this person's: others may have the windows at once, and until they do, this person
 * meets them again first. The rows stay for that: most of these windows were never looked at, and without a lease a
 * window is not served any more to whom a later one that shares bars with it was leased.
 */
export async function endLeases(userId: string, leaseIds: readonly string[]): Promise<void> {
  // A millisecond ago: the column rounds, and what is rounded up would live on for a moment.
  await getPool().query(
    `WITH mine AS MATERIALIZED (
       SELECT "id" FROM "Lease" WHERE "id" = ANY($1::uuid[]) AND "userId" = $2 ORDER BY "id" FOR UPDATE
     )
     UPDATE "Lease" l SET "expiresAt" = least(l."expiresAt", ${UTC_NOW} - interval '1 ms') FROM mine WHERE l."id" = mine."id"`,
    [leaseIds, userId],
  );
}
