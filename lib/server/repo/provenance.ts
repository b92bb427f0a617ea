import { z } from '@/lib/contract/zod.ts';
import type { Provenance } from '../dataset/provenance.ts';
import { getPool } from '../db/connection.ts';
import { STANDS } from './record.ts';

const BATCH = 2_000;

const storedSchema = z.object({
  windowId: z.string(),
  state: z.enum(['consensus', 'adjudicated']).nullable(),
  answers: z.number().nullable(),
  agreement: z.number().nullable(),
  people: z.record(z.string(), z.number()).nullable(),
  rules: z.array(z.object({ rule: z.string(), state: z.string() })).nullable(),
});

/** How the labels of windows came about, by window id: people's voices and the votes of a rule set. */
export async function readProvenance(
  windowIds: readonly string[],
  ruleSetId: number,
  signal: AbortSignal,
): Promise<Map<string, Provenance>> {
  const found = new Map<string, Provenance>();
  for (let from = 0; from < windowIds.length; from += BATCH) {
    signal.throwIfAborted();
    const { rows } = await getPool().query(
      `SELECT n."id" AS "windowId", r."state"::text AS "state", r."answers", r."agreement",
              CASE WHEN r."id" IS NOT NULL THEN
                (SELECT json_object_agg(v."label", v."n") FROM (
                   SELECT d."label", count(*)::int AS "n" FROM (
                     SELECT DISTINCT ON (a."userId") a."label" FROM "Annotation" a
                      WHERE a."windowId" = n."id" AND a."kind" = 'label' AND NOT a."gold" AND ${STANDS}
                      ORDER BY a."userId", a."receivedAt" DESC, a."id" DESC) d GROUP BY d."label") v) END AS "people",
              (SELECT json_agg(json_build_object('rule', v->>'rule', 'state', v->>'state'))
                 FROM jsonb_array_elements(l."votes") v WHERE v->>'state' <> 'no') AS "rules"
         FROM unnest($1::uuid[]) AS n("id")
         LEFT JOIN "CurrentRecord" c ON c."windowId" = n."id" AND c."label" IS NOT NULL
         LEFT JOIN "LabelRecord" r ON r."id" = c."recordId"
         LEFT JOIN "WeakLabel" l ON l."windowId" = n."id" AND l."ruleSetId" = $2`,
      [windowIds.slice(from, from + BATCH), ruleSetId],
    );
    for (const row of rows) {
      const { windowId, rules, ...rest } = storedSchema.parse(row);
      found.set(windowId, { ...rest, rules: rules ?? [] });
    }
  }
  return found;
}
