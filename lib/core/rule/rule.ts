import type { RuleContext } from './rule-context.ts';
import type { RuleId, RuleSetParams } from './rule-set.ts';
import type { Vote } from './vote.ts';

/** Columns a rule cannot do without; where one is unknown the rule abstains. */
type RuleNeed = 'price' | 'volume' | 'delta';

export interface Rule {
  readonly id: RuleId;
  readonly needs: readonly RuleNeed[];
  /**
   * Writes the rule's state (NO, NEAR, UNDECIDED or FIRED) at every bar t of `[from, to)` to `out[t]`. The 63 bars
   * before `from` must be there and of the same segment; nothing is allocated per bar.
   */
  scan(context: RuleContext, from: number, to: number, ruleSet: RuleSetParams, out: Uint8Array): void;
  /** The rule's vote at bar `t` with its reasons; its state is always what `scan` writes. */
  explain(context: RuleContext, t: number, ruleSet: RuleSetParams): Vote;
}
