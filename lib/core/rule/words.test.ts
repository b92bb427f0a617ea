import { describe, expect, it } from 'vitest';
import { fixture, fixtureBars } from '../fixtures/random-walk.ts';
import { computeIndicators } from '../indicator/compute-indicators.ts';
import { createRuleContext } from './rule-context.ts';
import { DEFAULT_RULE_SET, RULE_IDS } from './rule-set.ts';
import { explainAll } from './rules.ts';
import type { Condition, Vote } from './vote.ts';
import { voteWords } from './words.ts';

const condition = (
  id: string,
  value: number | null,
  comparator: Condition['comparator'],
  limit: number,
  holds: boolean | null,
): Condition => ({ id, value, comparator, limit, holds });

const flagVote: Vote = {
  rule: 'flag',
  state: 'fired',
  direction: 1,
  poleKatr: 5.1,
  conditions: [
    condition('coherent', 2, '≥', 2, true),
    condition('breakout', 8.5, '>', 8.41, true),
    condition('pole', 5.2, '≥', 2, true),
    condition('range_pole', 0.42, '≤', 0.5, true),
    condition('body', -0.3, '≤', 0.5, true),
  ],
  marks: {
    kind: 'flag',
    pole: { start: -40, end: -27, fromPrice: 7, toPrice: 8, height: 1, k: 5.2 },
    consolidation: { start: -26, end: -3, high: 8.41, low: 8 },
    breakout: { bar: 0, price: 8.5 },
  },
  proxy: false,
};

const texts = (vote: Vote) => voteWords(vote).map(({ text }) => text);

describe('a vote in words', () => {
  it('tells a flag by its pole, its consolidation and its last closes', () => {
    expect(texts(flagVote)).toEqual([
      'pole 5.2 ATR · 14 bars',
      'consolidation 0.42 of pole ≤ .5',
      'bodies -0.30 ATR past the pole ≤ .5',
      'last 3 closes rising, above 8.41',
    ]);
  });

  it('tells the closes of a near miss apart when only one of their conditions holds', () => {
    const [coherent, breakout, ...rest] = flagVote.conditions;
    const near: Vote = {
      ...flagVote,
      state: 'near',
      conditions: [coherent, { ...breakout, holds: false }, ...rest],
    };
    expect(voteWords(near).slice(-2)).toEqual([
      { text: 'last 3 closes rising', holds: true },
      { text: 'close not above 8.41', holds: false },
    ]);
    const down: Vote = {
      ...near,
      conditions: [{ ...coherent, holds: false }, { ...breakout, comparator: '<', holds: true }, ...rest],
    };
    expect(texts(down).slice(-2)).toEqual(['last 3 closes not falling', 'close below 8.41']);
  });

  it('says when a flip is missing, unknown, or guessed', () => {
    const wick = (value: number | null, holds: boolean | null, proxy = false) =>
      texts({
        rule: 'wick_exhaustion',
        state: 'near',
        direction: 1,
        poleKatr: null,
        conditions: [condition('cvd_flip', value, '≤', 2, holds)],
        marks: null,
        proxy,
      });
    expect(wick(null, false)).toEqual(['no CVD flip in the last 2 bars']);
    expect(wick(null, null)).toEqual(['CVD flip unknown: no taker volume']);
    expect(wick(0, true)).toEqual(['CVD flips at this bar']);
    expect(wick(1, true)).toEqual(['CVD flips 1 bar before']);
    expect(wick(2, true, true)).toEqual(['CVD flips 2 bars before', 'delta guessed from closes (proxy)']);
  });

  it('has words for every condition of every rule under every range basis', () => {
    const bars = fixtureBars();
    const context = createRuleContext(bars, computeIndicators(bars, 0, bars.length), 'off');
    const told = new Set<string>();
    for (const rangeBasis of ['pole', 'atr', 'meanBar'] as const) {
      const ruleSet = { ...DEFAULT_RULE_SET, flag: { ...DEFAULT_RULE_SET.flag, rangeBasis } };
      for (let t = fixture.statesFrom; t < bars.length; t += 97) {
        for (const vote of explainAll(context, t, ruleSet)) {
          for (const { text } of voteWords(vote)) {
            expect(text).not.toMatch(/undefined|NaN/);
            told.add(vote.rule);
          }
        }
      }
    }
    expect([...told].sort()).toEqual([...RULE_IDS].sort());
  });

  it('of an unknown condition is refused by its name', () => {
    const vote = { ...flagVote, rule: 'wedge', conditions: [condition('colour', 1, '≥', 1, true)] } as const;
    expect(() => voteWords(vote)).toThrow('condition "colour" has no words');
  });
});
