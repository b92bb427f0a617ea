import type { ClassId } from '@/lib/contract/classes.ts';
import { getPool } from '../db/connection.ts';

/**
 * True for a row `a` of Annotation that nobody took back. The one place that says so: what a person may undo, what a
 * queue counts and what the team stands by all build on it.
 */
export const STANDS = `NOT EXISTS (SELECT 1 FROM "Annotation" back WHERE back."retractsId" = a."id")`;

/**
 * The labels of record as a sub-select, one row a window: until a consensus exists, the newest label that was not taken
 * back. A surplus label (its item had gone to someone else meanwhile) counts only where no other does, so an answer that
 * arrives late cannot overrule the one the queue asked for. Newest is by the server's clock, not the person's.
 * @param where a condition on `a`, the annotation
 */
export function recordSql(where = 'true'): string {
  return `SELECT DISTINCT ON (a."windowId")
                 a."windowId", a."label", a."id" AS "annotationId", a."userId", a."sawFuture", a."receivedAt"
            FROM "Annotation" a
           WHERE a."kind" = 'label' AND ${STANDS} AND (${where})
           ORDER BY a."windowId", a."surplus", a."receivedAt" DESC, a."id" DESC`;
}

export interface RecordRow {
  readonly windowId: string;
  readonly label: ClassId;
  readonly annotationId: string;
  readonly userId: string;
  /** Given while later bars were visible: never for gold or test sets. */
  readonly sawFuture: boolean;
  readonly at: Date;
}

export interface RecordFilter {
  /** Windows of this queue only. */
  readonly queueId?: number;
  /** Windows of these series only. */
  readonly seriesIds?: readonly number[];
  /** These windows only. */
  readonly windowIds?: readonly string[];
}

/** At most `limit` labels of record in the order of window ids, from after the window `after`. */
export async function readRecordPage(
  filter: RecordFilter,
  after: string | null,
  limit: number,
): Promise<RecordRow[]> {
  const values: unknown[] = [limit];
  const conditions: string[] = [];
  const add = (condition: (place: string) => string, value: unknown) => {
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  if (after !== null) add((place) => `a."windowId" > ${place}::uuid`, after);
  if (filter.windowIds) add((place) => `a."windowId" = ANY(${place}::uuid[])`, filter.windowIds);
  if (filter.queueId !== undefined) {
    add(
      (place) =>
        `EXISTS (SELECT 1 FROM "QueueItem" i WHERE i."queueId" = ${place} AND i."windowId" = a."windowId")`,
      filter.queueId,
    );
  }
  if (filter.seriesIds) {
    add(
      (place) =>
        `EXISTS (SELECT 1 FROM "Window" w WHERE w."id" = a."windowId" AND w."seriesId" = ANY(${place}::int[]))`,
      filter.seriesIds,
    );
  }
  const { rows } = await getPool().query<Omit<RecordRow, 'at'> & { at: number }>(
    `SELECT r."windowId", r."label", r."annotationId", r."userId", r."sawFuture",
            (extract(epoch FROM r."receivedAt") * 1000)::float8 AS "at"
       FROM (${recordSql(conditions.join(' AND ') || 'true')} LIMIT $1) r`,
    values,
  );
  return rows.map((row) => ({ ...row, at: new Date(row.at) }));
}
