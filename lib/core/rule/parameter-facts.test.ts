import { describe, expect, it } from 'vitest';
import { ruleSetProblems } from './parameter-facts.ts';
import { DEFAULT_RULE_SET, LITERAL_RULE_SET, type RuleSetParams } from './rule-set.ts';

const { flag, wedge } = DEFAULT_RULE_SET;
const problems = (changed: Partial<RuleSetParams>) => ruleSetProblems({ ...DEFAULT_RULE_SET, ...changed });

describe('a rule set', () => {
  it('as built in has no problem', () => {
    expect(ruleSetProblems(DEFAULT_RULE_SET)).toEqual([]);
    expect(ruleSetProblems(LITERAL_RULE_SET)).toEqual([]);
    expect([LITERAL_RULE_SET.flag.rangeBasis, LITERAL_RULE_SET.flag.kMin]).toEqual(['atr', 1.5]);
  });

  it('names a parameter that is out of bounds, not whole, or none of its choices', () => {
    expect(problems({ flag: { ...flag, kMin: -1 } })).toEqual(['flag.kMin -1 is not between 0.5 and 20']);
    expect(problems({ flag: { ...flag, kMin: Number.NaN } })).toHaveLength(1);
    expect(problems({ eventSpacingBars: 2.5 })).toEqual(['eventSpacingBars 2.5 is not a whole number']);
    const rangeBasis = 'moon' as 'pole';
    expect(problems({ flag: { ...flag, rangeBasis } })).toEqual([
      'flag.rangeBasis moon is none of pole, atr, meanBar',
    ]);
  });

  it('names bounds that are the wrong way round and a flag that does not fit into a window', () => {
    expect(problems({ flag: { ...flag, poleMinBars: 9, poleMaxBars: 4 } })).toEqual([
      'flag.poleMinBars 9 is above flag.poleMaxBars 4',
    ]);
    expect(problems({ wedge: { ...wedge, minBars: 60, maxBars: 20 } })).toHaveLength(1);
    expect(problems({ flag: { ...flag, poleMaxBars: 20, consolidationMaxBars: 44 } })).toEqual([
      'the longest flag takes 68 bars, a window has 64',
    ]);
  });
});
