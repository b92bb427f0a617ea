import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { CLASS_COUNT, CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';
import { EMBEDDING_SIZE } from '@/lib/contract/models.ts';
import { WINDOW_BARS } from '@/lib/core/window.ts';
import { getPool } from '../db/connection.ts';
import { readSentFloats } from './float-array.ts';
import { isLabelled } from './queue-filter.ts';

/** A window that a version has not predicted. */
export interface UnpredictedWindow {
  readonly windowId: string;
  readonly snapshotHash: string;
  readonly venue: string;
  readonly symbol: string;
  readonly timeframe: string;
}

export interface PredictionRow {
  readonly windowId: string;
  /** One a class. */
  readonly probabilities: ArrayLike<number>;
  readonly quality: number;
  readonly poleKatr: number | null;
  readonly embedding: ArrayLike<number>;
}

/** Short enough that nobody waits for it. */
const DELETED_AT_ONCE = 20_000;

const UNPREDICTED = `
  NOT w."stale" AND NOT EXISTS (
    SELECT 1 FROM "Prediction" p WHERE p."modelVersionId" = $1 AND p."windowId" = w."id")`;

/** Stored windows that are not stale, and how many of them a version has predicted. */
export async function countPredicted(
  versionIds: readonly number[],
): Promise<{ total: number; by: Map<number, number> }> {
  const total = await getPool().query<{ n: number }>(
    `SELECT count(*)::int AS n FROM "Window" WHERE NOT "stale"`,
  );
  const { rows } = await getPool().query<{ id: number; n: number }>(
    `SELECT p."modelVersionId" AS id, count(*)::int AS n
       FROM "Prediction" p JOIN "Window" w ON w."id" = p."windowId" AND NOT w."stale"
      WHERE p."modelVersionId" = ANY($1) GROUP BY 1`,
    [versionIds],
  );
  return { total: total.rows[0].n, by: new Map(rows.map(({ id, n }) => [id, n])) };
}

export async function countUnpredicted(versionId: number): Promise<number> {
  const { rows } = await getPool().query<{ n: number }>(
    `SELECT count(*)::int AS n FROM "Window" w WHERE ${UNPREDICTED}`,
    [versionId],
  );
  return rows[0].n;
}

/** The next unpredicted windows in the order of their ids, after the window `after`. */
export async function listUnpredicted(
  versionId: number,
  after: string | null,
  limit: number,
): Promise<UnpredictedWindow[]> {
  const { rows } = await getPool().query<UnpredictedWindow>(
    `SELECT w."id" AS "windowId", w."snapshotHash", s."venue", s."symbol", s."timeframe"
       FROM "Window" w JOIN "Series" s ON s."id" = w."seriesId"
      WHERE ${UNPREDICTED} AND ($2::uuid IS NULL OR w."id" > $2::uuid)
      ORDER BY w."id" LIMIT $3`,
    [versionId, after, limit],
  );
  return rows;
}

/** Those of the windows that a version has not predicted, in the order of their ids. */
export async function listUnpredictedOf(
  versionId: number,
  windowIds: readonly string[],
): Promise<UnpredictedWindow[]> {
  const { rows } = await getPool().query<UnpredictedWindow>(
    `SELECT w."id" AS "windowId", w."snapshotHash", s."venue", s."symbol", s."timeframe"
       FROM "Window" w JOIN "Series" s ON s."id" = w."seriesId"
      WHERE w."id" = ANY($2::uuid[]) AND NOT EXISTS (
        SELECT 1 FROM "Prediction" p WHERE p."modelVersionId" = $1 AND p."windowId" = w."id")
      ORDER BY w."id"`,
    [versionId, windowIds],
  );
  return rows;
}

/** Writes predictions in one transaction; a window that was predicted or deleted meanwhile is passed over. */
export async function insertPredictions(versionId: number, rows: readonly PredictionRow[]): Promise<void> {
  const client = await getPool().connect();
  try {
    await client.query('BEGIN');
    await client.query(
      `CREATE TEMP TABLE incoming ("windowId" uuid, "probabilities" real[], "quality" real, "poleKatr" real,
                                   "embedding" real[]) ON COMMIT DROP`,
    );
    await pipeline(Readable.from(copyLines(rows)), client.query(copyFrom('COPY incoming FROM STDIN')));
    await client.query(
      `INSERT INTO "Prediction" ("modelVersionId", "windowId", "probabilities", "quality", "poleKatr", "embedding")
       SELECT $1, i."windowId", i."probabilities", i."quality", i."poleKatr", i."embedding"
         FROM incoming i JOIN "Window" w ON w."id" = i."windowId"
       ON CONFLICT DO NOTHING`,
      [versionId],
    );
    await client.query('COMMIT');
    client.release();
  } catch (error) {
    // The connection may be in the middle of a COPY: it is closed, and the server rolls back.
    client.release(true);
    throw error;
  }
}

/** Embeddings of those of the windows that a version has predicted, one after another in the order of `windowIds`. */
export async function readEmbeddings(
  versionId: number,
  windowIds: readonly string[],
): Promise<{ windowIds: string[]; embeddings: Float32Array }> {
  const { rows } = await getPool().query<[id: string, sent: Buffer]>({
    text: `SELECT p."windowId", array_send(p."embedding")
             FROM unnest($2::uuid[]) WITH ORDINALITY AS n("id", "place")
             JOIN "Prediction" p ON p."windowId" = n."id" AND p."modelVersionId" = $1 ORDER BY n."place"`,
    values: [versionId, windowIds],
    rowMode: 'array',
  });
  return { windowIds: rows.map(([id]) => id), embeddings: unpackEmbeddings(rows.map(([, sent]) => sent)) };
}

/**
 * Embeddings of windows with a label of record that a version has predicted, at most `limit` of them, in no order that
 * has to do with what they show: the same ones each time.
 * @param label of this class only; null for any
 */
export async function readLabelledEmbeddings(
  versionId: number,
  label: ClassId | null,
  limit: number,
): Promise<Float32Array> {
  const { rows } = await getPool().query<[sent: Buffer]>({
    text: `SELECT array_send(p."embedding")
             FROM "CurrentRecord" c JOIN "Prediction" p ON p."windowId" = c."windowId" AND p."modelVersionId" = $1
            WHERE c."label" IS NOT NULL AND NOT c."sawFuture" AND ($2::text IS NULL OR c."label" = $2)
            ORDER BY md5(c."windowId"::text) LIMIT $3`,
    values: [versionId, label, limit],
    rowMode: 'array',
  });
  return unpackEmbeddings(rows.map(([sent]) => sent));
}

/**
 * What a version says of windows, row by row in the order of `windowIds`.
 * @throws Error where it has not predicted one of them
 */
export async function readPredictions(
  versionId: number,
  windowIds: readonly string[],
): Promise<{ probabilities: Float32Array; pole: Float32Array }> {
  const { rows } = await getPool().query<[sent: Buffer, pole: number | null]>({
    text: `SELECT array_send(p."probabilities"), p."poleKatr"
             FROM unnest($2::uuid[]) WITH ORDINALITY AS n("id", "place")
             JOIN "Prediction" p ON p."windowId" = n."id" AND p."modelVersionId" = $1 ORDER BY n."place"`,
    values: [versionId, windowIds],
    rowMode: 'array',
  });
  if (rows.length !== windowIds.length)
    throw new Error(`${rows.length} of ${windowIds.length} windows are predicted: have some been deleted?`);
  const probabilities = new Float32Array(rows.length * CLASS_COUNT);
  for (const [i, [sent]] of rows.entries()) readSentFloats(sent, probabilities, i * CLASS_COUNT, CLASS_COUNT);
  return { probabilities, pole: Float32Array.from(rows, ([, pole]) => pole ?? Number.NaN) };
}

/** Forgets what a version that is archived says, a piece at a time. */
export async function deletePredictionsOfArchived(versionId: number): Promise<void> {
  for (;;) {
    const { rowCount } = await getPool().query(
      `DELETE FROM "Prediction" p USING (
         SELECT d."windowId" FROM "Prediction" d JOIN "ModelVersion" v ON v."id" = d."modelVersionId" AND v."archivedAt" IS NOT NULL
          WHERE d."modelVersionId" = $1 LIMIT $2) old
        WHERE p."modelVersionId" = $1 AND p."windowId" = old."windowId"`,
      [versionId, DELETED_AT_ONCE],
    );
    if (!rowCount) return;
  }
}

/** A window with what a version says of it. */
export interface PredictedWindow {
  readonly seriesId: number;
  readonly ts: number;
  /** From here on windows of the series share no bar with it. */
  readonly clearFrom: number;
  /** The label of record. */
  readonly label: ClassId | null;
  readonly probabilities: readonly number[];
  readonly embedding: Float32Array;
}

/** Null where the version has not predicted the window, or there is none. */
export async function findPredicted(versionId: number, windowId: string): Promise<PredictedWindow | null> {
  type Stored = Omit<PredictedWindow, 'embedding'> & { sent: Buffer };
  const { rows } = await getPool().query<Stored>(
    `SELECT w."seriesId", w."ts", w."ts" + ${WINDOW_BARS} * s."timeframeMs" AS "clearFrom",
            (SELECT c."label" FROM "CurrentRecord" c WHERE c."windowId" = w."id") AS "label",
            p."probabilities", array_send(p."embedding") AS "sent"
       FROM "Prediction" p JOIN "Window" w ON w."id" = p."windowId" JOIN "Series" s ON s."id" = w."seriesId"
      WHERE p."modelVersionId" = $1 AND p."windowId" = $2`,
    [versionId, windowId],
  );
  if (!rows[0]) return null;
  const { sent, ...row } = rows[0];
  return { ...row, embedding: unpackEmbeddings([sent]) };
}

/** Unlabelled windows that a version has predicted, row by row. */
export interface PredictedPage {
  readonly windows: readonly { readonly id: string; readonly seriesId: number; readonly ts: number }[];
  readonly probabilities: Float32Array;
  readonly embeddings: Float32Array;
}

type PredictedTuple = [id: string, seriesId: number, ts: number, probabilities: Buffer, embedding: Buffer];

/** Every window without a label of record that a version has predicted, in the order of ids, a page at a time. */
export async function* streamUnlabelled(versionId: number, pageSize: number): AsyncGenerator<PredictedPage> {
  let after: string | null = null;
  for (;;) {
    const rows: PredictedTuple[] = await readUnlabelled(versionId, after, pageSize);
    if (rows.length === 0) return;
    const probabilities = new Float32Array(rows.length * CLASS_COUNT);
    for (const [i, row] of rows.entries())
      readSentFloats(row[3], probabilities, i * CLASS_COUNT, CLASS_COUNT);
    yield {
      windows: rows.map(([id, seriesId, ts]) => ({ id, seriesId, ts })),
      probabilities,
      embeddings: unpackEmbeddings(rows.map((row) => row[4])),
    };
    if (rows.length < pageSize) return;
    after = rows[rows.length - 1][0];
  }
}

/** A window that a version has predicted, as other programs know it. */
export interface EmbedRow {
  readonly venue: string;
  readonly symbol: string;
  readonly timeframe: string;
  /** Open time of bar t, ms UTC. */
  readonly ts: number;
  readonly class: ClassId;
  readonly quality: number;
  readonly embed: number[];
}

type EmbedTuple = [
  ...[seriesId: number, ts: number, venue: string, symbol: string, timeframe: string],
  ...[probabilities: number[], quality: number, embedding: Buffer],
];

/** Every window that a version has predicted and that is not stale, series by series and oldest first, a page at a time. */
export async function* streamEmbeds(versionId: number, pageSize: number): AsyncGenerator<EmbedRow[]> {
  let after: [seriesId: number, ts: number] = [0, Number.NEGATIVE_INFINITY];
  for (;;) {
    const { rows } = await getPool().query<EmbedTuple>({
      text: `SELECT w."seriesId", w."ts", s."venue", s."symbol", s."timeframe", p."probabilities", p."quality",
                    array_send(p."embedding")
               FROM "Window" w JOIN "Prediction" p ON p."windowId" = w."id" AND p."modelVersionId" = $1
               JOIN "Series" s ON s."id" = w."seriesId"
              WHERE (w."seriesId", w."ts") > ($2::int, $3::float8) AND NOT w."stale"
              ORDER BY w."seriesId", w."ts" LIMIT $4`,
      values: [versionId, ...after, pageSize],
      rowMode: 'array',
    });
    if (rows.length > 0) yield rows.map(embedRowOf);
    if (rows.length < pageSize) return;
    const [seriesId, ts] = rows[rows.length - 1];
    after = [seriesId, ts];
  }
}

function embedRowOf([, ts, venue, symbol, timeframe, probabilities, quality, sent]: EmbedTuple): EmbedRow {
  const best = CLASS_IDS[probabilities.indexOf(Math.max(...probabilities))];
  return { venue, symbol, timeframe, ts, class: best, quality, embed: Array.from(unpackEmbeddings([sent])) };
}

async function readUnlabelled(
  versionId: number,
  after: string | null,
  limit: number,
): Promise<PredictedTuple[]> {
  const { rows } = await getPool().query<PredictedTuple>({
    text: `SELECT p."windowId", w."seriesId", w."ts", array_send(p."probabilities"), array_send(p."embedding")
             FROM "Prediction" p JOIN "Window" w ON w."id" = p."windowId"
            WHERE p."modelVersionId" = $1 AND ($2::uuid IS NULL OR p."windowId" > $2) AND NOT w."stale"
              AND NOT ${isLabelled('p."windowId"')}
            ORDER BY p."windowId" LIMIT $3`,
    values: [versionId, after, limit],
    rowMode: 'array',
  });
  return rows;
}

/** One after another, as `array_send` sent them. */
export function unpackEmbeddings(sent: readonly Buffer[]): Float32Array {
  const embeddings = new Float32Array(sent.length * EMBEDDING_SIZE);
  for (const [i, one] of sent.entries()) readSentFloats(one, embeddings, i * EMBEDDING_SIZE, EMBEDDING_SIZE);
  return embeddings;
}

function* copyLines(rows: readonly PredictionRow[]): Generator<string> {
  const array = (values: ArrayLike<number>) => `{${Array.from(values).join(',')}}`;
  for (const row of rows) {
    const pole = row.poleKatr === null ? '\\N' : String(row.poleKatr);
    yield `${row.windowId}\t${array(row.probabilities)}\t${row.quality}\t${pole}\t${array(row.embedding)}\n`;
  }
}
