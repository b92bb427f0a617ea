import { getPool } from '../db/connection.ts';
import { UTC_NOW } from '../db/utc-now.ts';
import { STANDS } from './record.ts';

const ANSWERED = `EXISTS (SELECT 1 FROM "Annotation" a WHERE a."queueItemId" = i."id" AND a."userId" = $2 AND a."kind" <> 'retraction' AND ${STANDS})`;
const SAW_LATER = `EXISTS (SELECT 1 FROM "Served" v WHERE v."userId" = $2 AND v."seriesId" = i."seriesId" AND v."ts" > i."ts" AND v."ts" < i."clearFrom")`;
const IN_OTHER_HANDS = `i."answered" + (SELECT count(*) FROM "Lease" l WHERE l."queueItemId" = i."id" AND l."userId" <> $2
  AND l."expiresAt" > ${UTC_NOW} AND NOT l."reserve") >= q."overlap"`;

/** More than this is as good as endless. */
const COUNTED_WAITING = 100;
const COUNTED_REST = 10_000;

/** So many windows of a queue a claim would give this person, counted up to a hundred. */
export async function countWaiting(queueId: number, userId: string): Promise<number> {
  const { rows } = await getPool().query<{ n: number }>(
    `SELECT count(*)::int AS "n" FROM (
       SELECT 1 FROM "QueueItem" i JOIN "Queue" q ON q."id" = i."queueId"
        WHERE i."queueId" = $1 AND NOT i."done" AND NOT (${IN_OTHER_HANDS}) AND NOT ${ANSWERED} AND NOT ${SAW_LATER}
        LIMIT ${COUNTED_WAITING}) waiting`,
    [queueId, userId],
  );
  return rows[0].n;
}

/**
 * Why what is left in a queue, and not in this person's hands, is not for them: each window by the first reason that
 * holds, of 10,000 windows at most.
 */
export async function explainRest(
  queueId: number,
  userId: string,
): Promise<{ answered: number; sawLater: number; inOtherHands: number }> {
  const { rows } = await getPool().query<{ answered: number; sawLater: number; inOtherHands: number }>(
    `SELECT count(*) FILTER (WHERE "why" = 'answered')::int AS "answered", count(*) FILTER (WHERE "why" = 'later')::int AS "sawLater",
            count(*) FILTER (WHERE "why" = 'hands')::int AS "inOtherHands"
       FROM (SELECT CASE WHEN ${ANSWERED} THEN 'answered' WHEN ${SAW_LATER} THEN 'later' WHEN ${IN_OTHER_HANDS} THEN 'hands' END AS "why"
               FROM "QueueItem" i JOIN "Queue" q ON q."id" = i."queueId"
              WHERE i."queueId" = $1 AND NOT i."done"
                AND NOT EXISTS (SELECT 1 FROM "Lease" l WHERE l."queueItemId" = i."id" AND l."userId" = $2 AND l."expiresAt" > ${UTC_NOW})
              LIMIT ${COUNTED_REST}) rest`,
    [queueId, userId],
  );
  return rows[0];
}
