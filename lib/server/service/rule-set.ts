import { LITERAL_RULE_SET_NUMBER, ruleSetParamsSchema } from '@/lib/contract/rule-set.ts';
import { DEFAULT_RULE_SET, LITERAL_RULE_SET, type RuleSetParams } from '@/lib/core/rule/rule-set.ts';
import { contentHash } from '../content-hash.ts';
import { notFound } from '../error.ts';
import {
  findRuleSetById,
  findRuleSetByNumber,
  findRuleSets,
  insertRuleSet,
  type RuleSetRow,
} from '../repo/rule-set.ts';

/** Makes the rule sets that are there from the start, where they are missing: 1, and the source design's `literal`. */
export async function ensureBuiltInRuleSets(): Promise<void> {
  const builtIn = [
    { number: 1, name: 'Rule set 1', params: DEFAULT_RULE_SET },
    { number: LITERAL_RULE_SET_NUMBER, name: 'literal', params: LITERAL_RULE_SET },
  ];
  for (const ruleSet of builtIn) {
    await insertRuleSet({ ...ruleSet, hash: contentHash(ruleSet.params), createdBy: 'halyard' });
  }
}

export interface UsableRuleSet {
  readonly id: number;
  readonly number: number;
  readonly name: string;
  readonly params: RuleSetParams;
}

/** @throws Refusal `not_found` */
export async function ruleSetByNumber(number: number): Promise<UsableRuleSet> {
  await ensureBuiltInRuleSets();
  return usable(await findRuleSetByNumber(number), `rule set ${number}`);
}

/** @throws Refusal `not_found` */
export async function ruleSetById(id: number): Promise<UsableRuleSet> {
  return usable(await findRuleSetById(id), `rule set with id ${id}`);
}

/** All rule sets by number, the built-in ones among them. */
export async function allRuleSets(): Promise<
  { id: number; number: number; name: string; createdAt: string }[]
> {
  await ensureBuiltInRuleSets();
  const rows = await findRuleSets();
  return rows.map(({ id, number, name, createdAt }) => ({
    id,
    number,
    name,
    createdAt: createdAt.toISOString(),
  }));
}

function usable(row: RuleSetRow | null, what: string): UsableRuleSet {
  if (!row) throw notFound(what);
  return { id: row.id, number: row.number, name: row.name, params: ruleSetParamsSchema.parse(row.params) };
}
