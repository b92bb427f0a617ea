import type { RuleId } from '@/lib/core/rule/rule-set.ts';
import { getPool } from '../db/connection.ts';
import { isLabelled } from './queue-filter.ts';

/** A rule's vote on a window, as it is stored. */
export interface VoteRow {
  readonly windowId: string;
  readonly vote: unknown;
}

/** Votes of a rule that fired or nearly did, on windows without a label of record, in the order of window ids. */
export async function listNearVotes(
  ruleSetNumber: number,
  rule: RuleId,
  after: string | null,
  limit: number,
): Promise<VoteRow[]> {
  const { rows } = await getPool().query<VoteRow>(
    `SELECT l."windowId", v."vote"
       FROM "WeakLabel" l JOIN "RuleSet" r ON r."id" = l."ruleSetId" AND r."number" = $1
       JOIN "Window" w ON w."id" = l."windowId" AND NOT w."stale"
      CROSS JOIN LATERAL jsonb_array_elements(l."votes") AS v("vote")
      WHERE v."vote"->>'rule' = $2 AND v."vote"->>'state' <> 'no' AND ($3::uuid IS NULL OR l."windowId" > $3)
        AND NOT ${isLabelled('l."windowId"')}
      ORDER BY l."windowId" LIMIT $4`,
    [ruleSetNumber, rule, after, limit],
  );
  return rows;
}
