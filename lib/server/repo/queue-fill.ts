import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { CLASS_COUNT } from '@/lib/contract/classes.ts';
import type { PlacedBy } from '@/lib/contract/queue.ts';
import { STRATEGIES } from '@/lib/core/selection/strategy.ts';
import type { Span } from '@/lib/core/selection/timeline.ts';
import { WINDOW_BARS } from '@/lib/core/window.ts';
import { readSentFloats } from './float-array.ts';
import { FROM_TAKEN, IS_TAKEN, OWN, SUGGESTED, type Taking, takingValues } from './queue-filter.ts';

/** Placed by a strategy, so that another order may move it or leave it out. */
const BY_STRATEGY = `ARRAY[${STRATEGIES.map((strategy) => `'${strategy}'`).join(', ')}]::"PlacedBy"[]`;
/** An item that nobody has had in hand. */
const UNTOUCHED = `NOT i."done" AND i."answered" = 0
  AND NOT EXISTS (SELECT 1 FROM "Lease" h WHERE h."queueItemId" = i."id")
  AND NOT EXISTS (SELECT 1 FROM "Annotation" a WHERE a."queueItemId" = i."id")`;
/** Bar t on the series' own grid. */
const BAR = `round((w."ts" - s."gridOffsetMs") / s."timeframeMs")`;

/**
 * A number in [0, 1) that belongs to a queue and a window for good, as even as a hash is. `salt` makes another one.
 * MD5 and not hashtext, which may change with a new Postgres.
 */
export const lotOf = (salt: string, queueId: string, windowId: string) =>
  `(('x' || substr(md5(${queueId} || ':${salt}:' || ${windowId}), 1, 13))::bit(52)::bigint / 4503599627370496.0::float8)`;

/** A window that may get a place in a queue. */
export interface CandidateRow extends Span {
  readonly windowId: string;
  /** Null for a window that is not in the queue yet. */
  readonly itemId: string | null;
  readonly suggestedClass: string;
}

/** A window that the queue takes by itself. */
export interface TakenRow extends CandidateRow {
  /** Open time of bar t, ms UTC. */
  readonly ts: number;
  readonly isNearMiss: boolean;
  /** Its lot in this queue: see core/selection/lots.ts. */
  readonly lot: number;
}

type TakenTuple = [
  windowId: string,
  itemId: string | null,
  seriesId: number,
  bar: number,
  suggestedClass: string,
  isNearMiss: boolean,
  lot: number,
  ts: number,
  probabilities: Buffer | null,
];

/** A window that somebody or something put into the queue by name. */
export interface NamedRow extends CandidateRow {
  readonly placedBy: PlacedBy;
}

/** Held until the transaction ends: two processes order a queue one after the other. */
export async function holdOrder(client: pg.PoolClient, queueId: number): Promise<void> {
  await client.query(`SELECT pg_advisory_xact_lock(hashtext('halyard.order'), $1)`, [queueId]);
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

/** The position of the `count`th open item after position `after`; `after` itself where there is none. */
export async function positionAhead(
  client: pg.PoolClient,
  queueId: number,
  after: number,
  count: number,
): Promise<number> {
  const { rows } = await client.query<{ position: number }>(
    `SELECT coalesce(max("position"), $2) AS "position"
       FROM (SELECT "position" FROM "QueueItem" WHERE "queueId" = $1 AND NOT "done" AND "position" > $2
              ORDER BY "position" LIMIT $3) ahead`,
    [queueId, after, count],
  );
  return rows[0].position;
}

/**
 * Takes out of a queue what nobody has had in hand and nobody shall: windows that were restated, and those that a
 * strategy placed and the queue takes no more.
 * @param taking null for a queue that takes nothing by itself
 */
export async function dropUnwanted(
  client: pg.PoolClient,
  queueId: number,
  taking: Taking | null,
): Promise<void> {
  const notTaken = `NOT EXISTS (SELECT 1 FROM ${FROM_TAKEN} WHERE ${IS_TAKEN} AND w."id" = i."windowId")`;
  const { rows } = await client.query<{ id: string }>(
    `SELECT i."id" FROM "QueueItem" i JOIN "Window" held ON held."id" = i."windowId"
      WHERE i."queueId" = $${taking ? OWN : 1} AND NOT i."done" AND i."answered" = 0
        AND (held."stale" OR i."placedBy" = ANY (${BY_STRATEGY}) ${taking ? `AND ${notTaken}` : ''})
        FOR UPDATE OF i SKIP LOCKED`,
    [...(taking ? takingValues(taking) : []), queueId],
  );
  if (rows.length === 0) return;
  // A statement of its own: it sees the leases and answers that were committed before the locks were ours.
  await client.query(`DELETE FROM "QueueItem" i WHERE i."id" = ANY ($1::bigint[]) AND ${UNTOUCHED}`, [
    rows.map(({ id }) => id),
  ]);
}

/** Whether a queue takes a window that it lacks. */
export async function takesMore(client: pg.PoolClient, queueId: number, taking: Taking): Promise<boolean> {
  const { rows } = await client.query(
    `SELECT 1 FROM ${FROM_TAKEN} WHERE ${IS_TAKEN}
        AND NOT EXISTS (SELECT 1 FROM "QueueItem" i WHERE i."queueId" = $${OWN} AND i."windowId" = w."id") LIMIT 1`,
    [...takingValues(taking), queueId],
  );
  return rows.length > 0;
}

/**
 * The windows that a queue takes and lacks, and those behind position `after` that a strategy placed and nobody has had
 * in hand; but not the windows `except`.
 * @returns with them, row by row, the probabilities that the version predicts; NaN where it has not
 */
export async function readTaken(
  client: pg.PoolClient,
  queueId: number,
  taking: Taking,
  { after, except }: { after: number; except: readonly string[] },
): Promise<{ rows: TakenRow[]; probabilities: Float32Array }> {
  const { rows } = await client.query<TakenTuple>({
    text: `SELECT w."id", i."id", w."seriesId", ${BAR}, ${SUGGESTED}, l."kind" = 'near_miss',
                  ${lotOf('share', `$${OWN}::int`, 'w."id"')}, w."ts",
                  (SELECT array_send(p."probabilities") FROM "Prediction" p WHERE p."modelVersionId" = $10 AND p."windowId" = w."id")
             FROM ${FROM_TAKEN} LEFT JOIN "QueueItem" i ON i."queueId" = $${OWN} AND i."windowId" = w."id"
            WHERE ${IS_TAKEN} AND w."id" <> ALL ($${OWN + 2}::uuid[])
              AND (i."id" IS NULL OR i."position" > $${OWN + 1} AND i."placedBy" = ANY (${BY_STRATEGY}) AND ${UNTOUCHED})
            ORDER BY w."seriesId", w."ts", w."id"`,
    values: [...takingValues(taking), queueId, after, except],
    rowMode: 'array',
  });
  const probabilities = new Float32Array(rows.length * CLASS_COUNT).fill(Number.NaN);
  return {
    rows: rows.map(([windowId, itemId, seriesId, bar, suggestedClass, isNearMiss, lot, ts, sent], i) => {
      if (sent) readSentFloats(sent, probabilities, i * CLASS_COUNT, CLASS_COUNT);
      return { windowId, itemId, seriesId, bar, suggestedClass, isNearMiss, lot, ts };
    }),
    probabilities,
  };
}

/** Windows behind position `after` that were put into the queue by name and nobody has had in hand, in serving order. */
export async function readNamed(client: pg.PoolClient, queueId: number, after: number): Promise<NamedRow[]> {
  const { rows } = await client.query<NamedRow>(
    `SELECT i."windowId", i."id" AS "itemId", i."seriesId", ${BAR} AS "bar", i."suggestedClass", i."placedBy"
       FROM "QueueItem" i JOIN "Window" w ON w."id" = i."windowId" JOIN "Series" s ON s."id" = w."seriesId"
      WHERE i."queueId" = $1 AND i."position" > $2 AND i."placedBy" <> ALL (${BY_STRATEGY}) AND ${UNTOUCHED}
      ORDER BY i."position"`,
    [queueId, after],
  );
  return rows;
}

/** A window that somebody asks for by name. */
export interface NamedWindow {
  readonly windowId: string;
  readonly suggestedClass: string;
  readonly placedBy: PlacedBy;
}

/**
 * Those of the windows that may get a place: not restated, and not in the queue unless behind position `after` where
 * nobody has had them in hand. In the order given.
 */
export async function readNameable(
  client: pg.PoolClient,
  queueId: number,
  windows: readonly NamedWindow[],
  after: number,
): Promise<NamedRow[]> {
  const { rows } = await client.query<Omit<NamedRow, 'suggestedClass' | 'placedBy'> & { place: number }>(
    `SELECT w."id" AS "windowId", i."id" AS "itemId", w."seriesId", ${BAR} AS "bar", n."place"::int AS "place"
       FROM unnest($2::uuid[]) WITH ORDINALITY AS n("id", "place")
       JOIN "Window" w ON w."id" = n."id" JOIN "Series" s ON s."id" = w."seriesId"
       LEFT JOIN "QueueItem" i ON i."queueId" = $1 AND i."windowId" = w."id"
      WHERE NOT w."stale" AND (i."id" IS NULL OR i."position" > $3 AND ${UNTOUCHED})
      ORDER BY n."place"`,
    [queueId, windows.map(({ windowId }) => windowId), after],
  );
  return rows.map(({ place, ...row }) => ({ ...row, ...windows[place - 1] }));
}

/** All windows of a queue up to position `until`, in serving order. */
export async function readPlacedBefore(
  client: pg.PoolClient,
  queueId: number,
  until: number,
): Promise<Span[]> {
  const { rows } = await client.query<Span>(
    `SELECT w."seriesId", ${BAR} AS "bar"
       FROM "QueueItem" i JOIN "Window" w ON w."id" = i."windowId" JOIN "Series" s ON s."id" = w."seriesId"
      WHERE i."queueId" = $1 AND i."position" <= $2 ORDER BY i."position"`,
    [queueId, until],
  );
  return rows;
}

/** A window with what it is placed as. */
export interface PlacedRow {
  readonly windowId: string;
  readonly itemId: string | null;
  readonly suggestedClass: string;
  readonly placedBy: PlacedBy;
  /** See the schema: null for all but the random share. */
  readonly inclusionProbability: number | null;
}

/**
 * Gives `rows` the next free positions of the queue, in their order, and takes out those of `leftOut`. An item that
 * somebody has taken since it was read stays where it is, as it is.
 * @param after the items that were read stand behind this position
 * @returns how many windows are new in the queue
 */
export async function placeItems(
  client: pg.PoolClient,
  queueId: number,
  rows: Iterable<PlacedRow>,
  leftOut: readonly string[],
  after: number,
): Promise<number> {
  await client.query(
    `CREATE TEMP TABLE placed ("place" int, "itemId" bigint, "windowId" uuid, "suggestedClass" text, "placedBy" "PlacedBy",
                               "inclusionProbability" float8) ON COMMIT DROP`,
  );
  await pipeline(Readable.from(copyLines(rows)), client.query(copyFrom('COPY placed FROM STDIN')));
  await client.query('ANALYZE placed');
  await lockMovable(client, queueId, after);
  const last = await client.query<{ position: number }>(
    'SELECT coalesce(max("position"), -1) AS "position" FROM "QueueItem" WHERE "queueId" = $1',
    [queueId],
  );
  const first = last.rows[0].position + 1;
  await client.query(
    `DELETE FROM "QueueItem" i USING movable m WHERE m."id" = i."id" AND i."id" = ANY ($1::bigint[])`,
    [leftOut],
  );
  await client.query(
    `UPDATE "QueueItem" i
        SET "position" = $1 + p."place", "suggestedClass" = p."suggestedClass", "placedBy" = p."placedBy",
            "inclusionProbability" = p."inclusionProbability", "blind" = ${IS_BLIND}
       FROM placed p JOIN movable m ON m."id" = p."itemId" JOIN "Queue" q ON q."id" = $2
      WHERE i."id" = p."itemId"`,
    [first, queueId],
  );
  const { rowCount } = await client.query(
    `INSERT INTO "QueueItem" ("queueId", "position", "windowId", "seriesId", "ts", "clearFrom", "suggestedClass", "placedBy",
                              "inclusionProbability", "blind")
     SELECT q."id", $2 + p."place", p."windowId", w."seriesId", w."ts", w."ts" + $3 * s."timeframeMs", p."suggestedClass",
            p."placedBy", p."inclusionProbability", ${IS_BLIND}
       FROM placed p JOIN "Queue" q ON q."id" = $1 JOIN "Window" w ON w."id" = p."windowId" JOIN "Series" s ON s."id" = w."seriesId"
      WHERE p."itemId" IS NULL ORDER BY p."place" ON CONFLICT DO NOTHING`,
    [queueId, first, WINDOW_BARS],
  );
  return rowCount ?? 0;
}

const IS_BLIND = `${lotOf('blind', 'q."id"', 'p."windowId"')} < q."blindShare"`;

/** Holds, until the transaction ends, the items that may move, so that no claim takes one meanwhile. */
async function lockMovable(client: pg.PoolClient, queueId: number, after: number): Promise<void> {
  await client.query('CREATE TEMP TABLE movable ("id" bigint PRIMARY KEY) ON COMMIT DROP');
  await client.query(
    `INSERT INTO movable SELECT "id" FROM "QueueItem"
      WHERE "queueId" = $1 AND NOT "done" AND "answered" = 0 AND "position" > $2
        FOR UPDATE SKIP LOCKED`,
    [queueId, after],
  );
  // A statement of its own: it sees the leases and answers that were committed before the locks were ours.
  await client.query(
    `DELETE FROM movable m USING "QueueItem" i WHERE i."id" = m."id" AND NOT (${UNTOUCHED})`,
  );
  await client.query('ANALYZE movable');
}

/**
 * Puts into the random share those windows whose lot is in it and which a strategy had placed before: whoever chose them
 * first, they are what the lots would have drawn. What an earlier, larger share held keeps its chance.
 */
export async function joinShare(client: pg.PoolClient, queueId: number, threshold: number): Promise<void> {
  await client.query(
    `UPDATE "QueueItem" SET "inclusionProbability" = $2 WHERE "id" IN (
       SELECT i."id" FROM "QueueItem" i
        WHERE i."queueId" = $1 AND i."placedBy" = ANY (${BY_STRATEGY}) AND coalesce(i."inclusionProbability", 0) < $2
          AND ${lotOf('share', 'i."queueId"', 'i."windowId"')} < $2
          FOR NO KEY UPDATE SKIP LOCKED)`,
    [queueId, threshold],
  );
}

/**
 * Counts anew which items have all their answers: the overlap may have changed. An item that is being answered at this
 * moment counts itself. Review ends by other rules.
 */
export async function settleDone(client: pg.PoolClient, queueId: number): Promise<void> {
  await client.query(
    `UPDATE "QueueItem" SET "done" = NOT "done" WHERE "id" IN (
       SELECT i."id" FROM "QueueItem" i JOIN "Queue" q ON q."id" = i."queueId"
        WHERE i."queueId" = $1 AND q."purpose" <> 'review' AND i."done" <> (i."answered" >= q."overlap")
          FOR NO KEY UPDATE OF i SKIP LOCKED)`,
    [queueId],
  );
}

/** COPY's text form, a few thousand rows a chunk. */
function* copyLines(rows: Iterable<PlacedRow>): Generator<string> {
  let chunk = '';
  let place = 0;
  for (const { itemId, windowId, suggestedClass, placedBy, inclusionProbability } of rows) {
    const columns = [
      place++,
      itemId ?? '\\N',
      windowId,
      suggestedClass,
      placedBy,
      inclusionProbability ?? '\\N',
    ];
    chunk += `${columns.join('\t')}\n`;
    if (chunk.length > 65_536) {
      yield chunk;
      chunk = '';
    }
  }
  yield chunk;
}
