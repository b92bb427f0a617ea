import { blowoff } from './blowoff.ts';
import { flag } from './flag.ts';
import type { Rule } from './rule.ts';
import type { RuleContext } from './rule-context.ts';
import { RULE_IDS, type RuleId, type RuleSetParams } from './rule-set.ts';
import type { Vote } from './vote.ts';
import { wedge } from './wedge.ts';
import { wickExhaustion } from './wick-exhaustion.ts';

const BY_ID: Readonly<Record<RuleId, Rule>> = {
  flag,
  wedge,
  blowoff,
  wick_exhaustion: wickExhaustion,
};

/** All rules, in the order of the class map. */
export const RULES: readonly Rule[] = RULE_IDS.map((id) => BY_ID[id]);

/** Every rule's vote on the window that ends at bar `t`, in the order of the class map. */
export function explainAll(context: RuleContext, t: number, ruleSet: RuleSetParams): Vote[] {
  return RULES.map((rule) => rule.explain(context, t, ruleSet));
}
