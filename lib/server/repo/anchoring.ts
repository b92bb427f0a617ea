import type { ClassId } from '@/lib/contract/classes.ts';
import { getPool } from '../db/connection.ts';
import { STANDS } from './record.ts';

/** Standing labels of single windows, given without later bars in view; tests and grid pages are left out. */
const COMPARABLE = `
  FROM "Annotation" a JOIN "QueueItem" i ON i."id" = a."queueItemId" JOIN "User" u ON u."id" = a."userId"
 WHERE i."queueId" = $1 AND a."kind" = 'label' AND a."suggestedClass" IS NOT NULL AND NOT a."gold" AND NOT a."sawFuture"
   AND a."pageId" IS NULL AND ${STANDS}`;

export interface AgreementRow {
  readonly userId: string;
  readonly person: string;
  readonly suggestedClass: ClassId;
  readonly blind: boolean;
  readonly trials: number;
  /** Labels that are what was suggested. */
  readonly hits: number;
}

export async function countAgreement(queueId: number): Promise<AgreementRow[]> {
  const { rows } = await getPool().query<AgreementRow>(
    `SELECT u."id" AS "userId", u."name" AS "person", a."suggestedClass", a."blind", count(*)::int AS "trials",
            count(*) FILTER (WHERE a."label" = a."suggestedClass")::int AS "hits"
       ${COMPARABLE} GROUP BY u."id", u."name", a."suggestedClass", a."blind" ORDER BY u."name", u."id"`,
    [queueId],
  );
  return rows;
}

/** Median seconds from a window's coming into view to its label, shown and blind. */
export async function medianSeconds(
  queueId: number,
): Promise<{ shown: number | null; blind: number | null }> {
  const { rows } = await getPool().query<{ shown: number | null; blind: number | null }>(
    `SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY a."elapsedMs") FILTER (WHERE NOT a."blind") / 1000 AS "shown",
            percentile_cont(0.5) WITHIN GROUP (ORDER BY a."elapsedMs") FILTER (WHERE a."blind") / 1000 AS "blind"
       ${COMPARABLE}`,
    [queueId],
  );
  return rows[0];
}
