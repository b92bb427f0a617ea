import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** Weak labels that a queue may still place: those not in it, and those in it that nobody can have come near. */
export interface FillRow {
  readonly windowId: string;
  /** Null for a window that is not in the queue yet. */
  readonly itemId: string | null;
  readonly seriesId: number;
  /** Bar t on the series' own grid. */
  readonly bar: number;
  readonly suggestedClass: string;
  readonly kind: 'event' | 'near_miss' | 'sampled_none';
  readonly inclusionProbability: number;
}

/** The last position that was ever served, as far as cursors, leases and answers tell; -1 for none. */
export async function servedTo(client: pg.PoolClient, queueId: number): Promise<number> {
  const { rows } = await client.query<{ position: number }>(
    `SELECT greatest(-1,
              (SELECT max("position") FROM "QueueCursor" WHERE "queueId" = $1),
              (SELECT max(i."position") FROM "Lease" l JOIN "QueueItem" i ON i."id" = l."queueItemId" WHERE i."queueId" = $1),
              (SELECT max(i."position") FROM "Annotation" a JOIN "QueueItem" i ON i."id" = a."queueItemId" WHERE i."queueId" = $1)
            ) AS "position"`,
    [queueId],
  );
  return rows[0].position;
}

/** Takes windows out of a queue that were restated before anyone had them in hand. */
export async function dropStale(client: pg.PoolClient, queueId: number): Promise<void> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT i."id" FROM "QueueItem" i JOIN "Window" w ON w."id" = i."windowId"
      WHERE i."queueId" = $1 AND w."stale" AND NOT i."done" AND i."answered" = 0
        FOR UPDATE OF i SKIP LOCKED`,
    [queueId],
  );
  if (rows.length === 0) return;
  // A statement of its own: it sees the leases and answers that were committed before the locks were ours.
  await client.query(
    `DELETE FROM "QueueItem" i
      WHERE i."id" = ANY($1::bigint[])
        AND NOT EXISTS (SELECT 1 FROM "Lease" l WHERE l."queueItemId" = i."id")
        AND NOT EXISTS (SELECT 1 FROM "Annotation" a WHERE a."queueItemId" = i."id")`,
    [rows.map(({ id }) => id)],
  );
}

/** Whether a rule set's kept windows are all in the queue. */
export async function isFilled(client: pg.PoolClient, queueId: number, ruleSetId: number): Promise<boolean> {
  const { rows } = await client.query(
    `SELECT 1 FROM "WeakLabel" l JOIN "Window" w ON w."id" = l."windowId"
      WHERE l."ruleSetId" = $2 AND l."kind" <> 'undecided' AND NOT w."stale"
        AND NOT EXISTS (SELECT 1 FROM "QueueItem" i WHERE i."queueId" = $1 AND i."windowId" = l."windowId")
      LIMIT 1`,
    [queueId, ruleSetId],
  );
  return rows.length === 0;
}

/**
 * Everything that may be placed after position `after`. Items there are locked until the transaction ends, so that no
 * claim takes one while it moves; those in someone's hands at this moment stay where they are.
 */
export async function readFillable(
  client: pg.PoolClient,
  queueId: number,
  ruleSetId: number,
  after: number,
): Promise<FillRow[]> {
  await client.query('CREATE TEMP TABLE movable ("id" bigint PRIMARY KEY) ON COMMIT DROP');
  await client.query(
    `INSERT INTO movable SELECT "id" FROM "QueueItem"
      WHERE "queueId" = $1 AND NOT "done" AND "answered" = 0 AND "position" > $2
        FOR NO KEY UPDATE SKIP LOCKED`,
    [queueId, after],
  );
  await client.query('ANALYZE movable');
  // A statement of its own: it sees the leases that were committed before the locks were ours.
  const { rows } = await client.query<FillRow>(
    `SELECT l."windowId", i."id" AS "itemId", w."seriesId",
            round((w."ts" - s."gridOffsetMs") / s."timeframeMs") AS "bar",
            CASE WHEN l."kind" = 'event' THEN l."weakClass" ELSE 'none' END AS "suggestedClass",
            l."kind", l."inclusionProbability"
       FROM "WeakLabel" l
       JOIN "Window" w ON w."id" = l."windowId"
       JOIN "Series" s ON s."id" = w."seriesId"
       LEFT JOIN "QueueItem" i ON i."queueId" = $1 AND i."windowId" = l."windowId"
      WHERE l."ruleSetId" = $2 AND l."kind" <> 'undecided' AND NOT w."stale"
        AND (i."id" IS NULL OR EXISTS (SELECT 1 FROM movable m WHERE m."id" = i."id"))
        AND NOT EXISTS (SELECT 1 FROM "Lease" h WHERE h."queueItemId" = i."id")
        AND NOT EXISTS (SELECT 1 FROM "Annotation" a WHERE a."queueItemId" = i."id")
      ORDER BY w."seriesId", w."ts", l."windowId"`,
    [queueId, ruleSetId],
  );
  return rows;
}

/** The windows at the `count` positions up to `until`, in serving order. */
export async function readPlacedBefore(
  client: pg.PoolClient,
  queueId: number,
  until: number,
  count: number,
): Promise<{ seriesId: number; bar: number }[]> {
  const { rows } = await client.query<{ seriesId: number; bar: number }>(
    `SELECT w."seriesId", round((w."ts" - s."gridOffsetMs") / s."timeframeMs") AS "bar"
       FROM "QueueItem" i JOIN "Window" w ON w."id" = i."windowId" JOIN "Series" s ON s."id" = w."seriesId"
      WHERE i."queueId" = $1 AND i."position" <= $2
      ORDER BY i."position" DESC LIMIT $3`,
    [queueId, until, count],
  );
  return rows.reverse();
}

/** Gives `rows` the next free positions of the queue, in their order. */
export async function placeItems(
  client: pg.PoolClient,
  queueId: number,
  rows: Iterable<FillRow>,
): Promise<void> {
  await client.query(
    `CREATE TEMP TABLE placed ("place" int, "itemId" bigint, "windowId" uuid, "suggestedClass" text,
                               "inclusionProbability" float8) ON COMMIT DROP`,
  );
  await pipeline(Readable.from(copyLines(rows)), client.query(copyFrom('COPY placed FROM STDIN')));
  await client.query('ANALYZE placed');
  const last = await client.query<{ position: number }>(
    'SELECT coalesce(max("position"), -1) AS "position" FROM "QueueItem" WHERE "queueId" = $1',
    [queueId],
  );
  const first = last.rows[0].position + 1;
  await client.query(
    `UPDATE "QueueItem" i SET "position" = $1 + p."place", "suggestedClass" = p."suggestedClass"
       FROM placed p WHERE p."itemId" = i."id"`,
    [first],
  );
  await client.query(
    `INSERT INTO "QueueItem" ("queueId", "position", "windowId", "suggestedClass", "inclusionProbability")
     SELECT $1, $2 + p."place", p."windowId", p."suggestedClass", p."inclusionProbability"
       FROM placed p WHERE p."itemId" IS NULL ORDER BY p."place"`,
    [queueId, first],
  );
}

/** COPY's text form, a few thousand rows a chunk. */
function* copyLines(rows: Iterable<FillRow>): Generator<string> {
  let chunk = '';
  let place = 0;
  for (const row of rows) {
    chunk += `${place++}\t${row.itemId ?? '\\N'}\t${row.windowId}\t${row.suggestedClass}\t${row.inclusionProbability}\n`;
    if (chunk.length > 65_536) {
      yield chunk;
      chunk = '';
    }
  }
  yield chunk;
}
