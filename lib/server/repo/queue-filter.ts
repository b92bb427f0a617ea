import { CLASS_IDS } from '@/lib/contract/classes.ts';
import type { QueueFilter } from '@/lib/contract/queue.ts';

/** What a row `l` of WeakLabel suggests: near misses, samples and undecided windows are shown as `none`. */
export const SUGGESTED = `CASE WHEN l."kind" = 'event' THEN l."weakClass" ELSE 'none' END`;

/** True for a window that has a label of record; its id is given as SQL. */
export const isLabelled = (windowId: string) =>
  `EXISTS (SELECT 1 FROM "CurrentRecord" c WHERE c."windowId" = ${windowId} AND c."label" IS NOT NULL)`;

const CLASSES = `ARRAY[${CLASS_IDS.map((id) => `'${id}'`).join(', ')}]`;
/** The class that the prediction `p` takes a window for; the first of equal ones. */
const PREDICTED = `(${CLASSES})[(SELECT u."place" FROM unnest(p."probabilities") WITH ORDINALITY AS u("probability", "place")
                    ORDER BY u."probability" DESC, u."place" LIMIT 1)]`;

/** What a queue takes by itself. */
export interface Taking {
  readonly filter: QueueFilter;
  readonly ruleSetId: number;
  /** The model whose predictions are read; without one a filter for disagreement takes nothing. */
  readonly versionId: number | null;
}

/** The tables that IS_TAKEN is about. */
export const FROM_TAKEN = `"WeakLabel" l JOIN "Window" w ON w."id" = l."windowId" JOIN "Series" s ON s."id" = w."seriesId"`;

/** True for the windows that are taken; its parameters are those of `takingValues`, and a statement's own come after them. */
export const IS_TAKEN = `
       l."ruleSetId" = $1 AND NOT w."stale" AND l."kind" = ANY ($2::"WeakKind"[])
   AND ($3::text[] IS NULL OR ${SUGGESTED} = ANY ($3))
   AND ($4::text[] IS NULL OR s."venue" || ':' || s."symbol" = ANY ($4))
   AND ($5::text[] IS NULL OR s."timeframe" = ANY ($5))
   AND ($6::float8 IS NULL OR w."ts" >= $6) AND ($7::float8 IS NULL OR w."ts" <= $7)
   AND ($8::text = 'any' OR ($8 = 'yes') = ${isLabelled('w."id"')})
   AND (NOT $9::boolean OR EXISTS (
     SELECT 1 FROM "Prediction" p WHERE p."modelVersionId" = $10::int AND p."windowId" = w."id" AND ${PREDICTED} <> ${SUGGESTED}))`;
/** The number of a statement's first own parameter. */
export const OWN = 11;

export function takingValues({ filter, ruleSetId, versionId }: Taking): unknown[] {
  const { classes, kinds, symbols, timeframes, from, to, labelled, disagrees } = filter;
  return [ruleSetId, kinds, classes, symbols, timeframes, from, to, labelled, disagrees, versionId];
}
