import type { Condition, Vote } from './vote.ts';

/** A condition that failed and cannot be measured (no CVD flip at all, say) is taken to have failed by half. */
const UNMEASURED = 0.5;

/**
 * How near a rule is to firing, as if its conditions were relaxed: 1 where it fires, 0 where more than one condition
 * fails; else 1 less the relative shortfall of the one that fails, |value - limit| / max(|value|, |limit|), at least 0.
 * An undecided vote, whose input is missing, is as near as one that failed by half.
 */
export function closeness({ state, conditions }: Pick<Vote, 'state' | 'conditions'>): number {
  if (state === 'fired') return 1;
  if (state === 'no') return 0;
  const failed = conditions.filter(({ holds }) => holds !== true);
  return failed.reduce((nearness, condition) => nearness * (1 - shortfall(condition)), 1);
}

function shortfall({ value, limit }: Condition): number {
  if (value === null || limit === null) return UNMEASURED;
  const scale = Math.max(Math.abs(value), Math.abs(limit));
  return scale === 0 ? UNMEASURED : Math.min(1, Math.abs(value - limit) / scale);
}
