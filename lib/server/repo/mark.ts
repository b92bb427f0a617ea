import type { ClassId } from '@/lib/contract/classes.ts';
import { getPool } from '../db/connection.ts';
import { STANDS } from './record.ts';

/** Marks of a series whose windows end from `from` to `to`, both included, ms UTC; at most `limit`, oldest first. */
export interface MarkRange {
  readonly seriesId: number;
  readonly from: number;
  readonly to: number;
  readonly limit: number;
}

/**
 * True for a row `w` of Window that the person at `$<place>` may be told hints of: not for one that is an open blind item
 * of a queue, which they have not answered and could still be served. Null stands for whoever may see all.
 */
const mayHint = (place: number): string => `($${place}::text IS NULL OR NOT EXISTS (
  SELECT 1 FROM "QueueItem" i
   WHERE i."windowId" = w.id AND i.blind AND NOT i.done AND NOT EXISTS (
     SELECT 1 FROM "Annotation" a WHERE a."queueItemId" = i.id AND a."userId" = $${place} AND a.kind <> 'retraction' AND ${STANDS})))`;

export interface RuleMarkRow {
  readonly ts: number;
  readonly class: ClassId;
  readonly direction: number;
  readonly poleKatr: number | null;
}

/** Events of a rule set, for one person's eyes where `userId` names one. */
export async function findRuleMarks(
  ruleSetId: number,
  userId: string | null,
  range: MarkRange,
): Promise<RuleMarkRow[]> {
  const { rows } = await getPool().query<RuleMarkRow>(
    `SELECT w.ts, l."weakClass" AS class, l.direction, l."poleKatr"
       FROM "Window" w JOIN "WeakLabel" l ON l."windowId" = w.id AND l."ruleSetId" = $5 AND l.kind = 'event'
      WHERE w."seriesId" = $1 AND w.ts BETWEEN $2 AND $3 AND NOT w.stale AND ${mayHint(6)}
      ORDER BY w.ts LIMIT $4`,
    [range.seriesId, range.from, range.to, range.limit, ruleSetId, userId],
  );
  return rows;
}

export interface PeopleMarkRow {
  readonly annotationId: string;
  readonly windowId: string;
  readonly ts: number;
  readonly label: ClassId;
  readonly userId: string;
  readonly author: string;
  readonly sawFuture: boolean;
  readonly fromQueue: boolean;
  readonly answeredAt: number;
}

/** Labels that stand, of one person where `userId` names one; those of windows that have become stale too. */
export async function findPeopleMarks(userId: string | null, range: MarkRange): Promise<PeopleMarkRow[]> {
  const { rows } = await getPool().query<PeopleMarkRow>(
    `SELECT a.id AS "annotationId", w.id AS "windowId", w.ts, a.label, a."userId", u.name AS author, a."sawFuture", a."queueItemId" IS NOT NULL AS "fromQueue",
            (extract(epoch FROM a."answeredAt") * 1000)::float8 AS "answeredAt"
       FROM "Window" w JOIN "Annotation" a ON a."windowId" = w.id JOIN "User" u ON u.id = a."userId"
      WHERE w."seriesId" = $1 AND w.ts BETWEEN $2 AND $3 AND a.kind = 'label' AND ${STANDS}
        AND ($5::text IS NULL OR a."userId" = $5)
      ORDER BY w.ts, a."receivedAt", a.id LIMIT $4`,
    [range.seriesId, range.from, range.to, range.limit, userId],
  );
  return rows;
}

export interface ModelMarkRow {
  readonly ts: number;
  /** Place in the class map, from 0. */
  readonly classIndex: number;
  readonly quality: number;
  readonly poleKatr: number | null;
}

/** Stored windows that a version takes for any class but the one at `noneIndex`, for one person's eyes or for all. */
export async function findModelMarks(
  versionId: number,
  noneIndex: number,
  userId: string | null,
  range: MarkRange,
): Promise<ModelMarkRow[]> {
  const { rows } = await getPool().query<ModelMarkRow>(
    `SELECT w.ts, top.place AS "classIndex", p.quality, p."poleKatr"
       FROM "Window" w JOIN "Prediction" p ON p."windowId" = w.id AND p."modelVersionId" = $5
      CROSS JOIN LATERAL (
        SELECT (place - 1)::int AS place FROM unnest(p.probabilities) WITH ORDINALITY AS u(probability, place)
         ORDER BY probability DESC, place LIMIT 1) top
      WHERE w."seriesId" = $1 AND w.ts BETWEEN $2 AND $3 AND NOT w.stale AND top.place <> $6
        AND ${mayHint(7)}
      ORDER BY w.ts LIMIT $4`,
    [range.seriesId, range.from, range.to, range.limit, versionId, noneIndex, userId],
  );
  return rows;
}

/** Stored windows of a series that are not stale, and how many of them a version has predicted. */
export async function countPredictedOfSeries(
  seriesId: number,
  versionId: number,
): Promise<{ windows: number; total: number }> {
  const { rows } = await getPool().query<{ windows: number; total: number }>(
    `SELECT count(*)::int AS total, count(p."windowId")::int AS windows
       FROM "Window" w LEFT JOIN "Prediction" p ON p."windowId" = w.id AND p."modelVersionId" = $2
      WHERE w."seriesId" = $1 AND NOT w.stale`,
    [seriesId, versionId],
  );
  return rows[0];
}
