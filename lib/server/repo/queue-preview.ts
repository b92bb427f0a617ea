import type { ClassId } from '@/lib/contract/classes.ts';
import { getPool } from '../db/connection.ts';
import { FROM_TAKEN, IS_TAKEN, isLabelled, SUGGESTED, type Taking, takingValues } from './queue-filter.ts';

export interface TakenCount {
  readonly windows: number;
  /** Those with a label of record. */
  readonly labelled: number;
  /** Those that the version has predicted. */
  readonly predicted: number;
}

/** How many windows a filter takes, by the class that is suggested. */
export async function countTaken(taking: Taking): Promise<Map<ClassId, TakenCount>> {
  const { rows } = await getPool().query<TakenCount & { class: ClassId }>(
    `SELECT ${SUGGESTED} AS "class", count(*)::int AS "windows",
            count(*) FILTER (WHERE ${isLabelled('w."id"')})::int AS "labelled",
            count(*) FILTER (WHERE EXISTS (
              SELECT 1 FROM "Prediction" p WHERE p."modelVersionId" = $10 AND p."windowId" = w."id"))::int AS "predicted"
       FROM ${FROM_TAKEN} WHERE ${IS_TAKEN} GROUP BY 1`,
    takingValues(taking),
  );
  return new Map(rows.map(({ class: id, ...counts }) => [id, counts]));
}
