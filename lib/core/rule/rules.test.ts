import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bars } from '../bar.ts';
import { randomBars } from '../fixtures/random-bars.ts';
import { fixture, fixtureBars } from '../fixtures/random-walk.ts';
import { computeIndicators } from '../indicator/compute-indicators.ts';
import { createRuleContext, type RuleContext } from './rule-context.ts';
import { DEFAULT_RULE_SET, LITERAL_RULE_SET, RULE_IDS, type RuleSetParams } from './rule-set.ts';
import { explainAll, RULES } from './rules.ts';
import { FIRED, voteStateName } from './vote.ts';

const FROM = fixture.statesFrom;

function contextOf(bars: Bars, ruleSet: RuleSetParams): RuleContext {
  return createRuleContext(bars, computeIndicators(bars, 0, bars.length), ruleSet.cvd);
}

function scanAll(context: RuleContext, ruleSet: RuleSetParams): Uint8Array[] {
  return RULES.map((rule) => {
    const out = new Uint8Array(context.bars.length);
    rule.scan(context, FROM, context.bars.length, ruleSet, out);
    return out;
  });
}

const { flag, wedge } = DEFAULT_RULE_SET;
/** Rule sets that reach every option, and one in which near misses and events abound. */
const RULE_SETS: RuleSetParams[] = [
  DEFAULT_RULE_SET,
  LITERAL_RULE_SET,
  { ...DEFAULT_RULE_SET, flag: { ...flag, rangeBasis: 'meanBar', rangeMax: 0.8 }, cvd: 'proxy' },
  {
    ...DEFAULT_RULE_SET,
    flag: { ...flag, kMin: 1, rangeMax: 1.2, bodyAllowance: 0.1, consolidationMinBars: 5, poleMinBars: 1 },
    wedge: { ...wedge, maxConvergence: 0.9, minWidth: 0.5, minPivots: 2, minSpan: 0.2, stepBars: 7 },
    wick_exhaustion: { minRange: 0.6, minWick: 0.4, flipBars: 1, confirmBars: 2 },
    blowoff: { minRange: 0.6, minWick: 0.4, minVolumeZ: 0.5 },
  },
];

describe('rules', () => {
  const bars = fixtureBars();
  const context = contextOf(bars, DEFAULT_RULE_SET);
  const states = scanAll(context, DEFAULT_RULE_SET);

  it.each(RULE_IDS)(
    '%s has, at every bar, the state of a separate direct reading of its definition',
    (id) => {
      const column = states[RULE_IDS.indexOf(id)];
      expect([...column.subarray(FROM)].join('')).toBe(fixture.states[id]);
    },
  );

  it('explain a fired flag by the pole and consolidation of the largest k', () => {
    const expected = Object.entries(fixture.flags);
    expect(expected.length).toBeGreaterThan(5);
    for (const [bar, [n, p, d, k, poleKatr]] of expected) {
      const vote = explainAll(context, Number(bar), DEFAULT_RULE_SET)[0];
      if (vote.marks?.kind !== 'flag') throw new Error(`flag at ${bar} has no marks`);
      const { pole, consolidation } = vote.marks;
      expect([vote.state, vote.direction]).toEqual(['fired', d]);
      expect([consolidation.end - consolidation.start + 1, pole.end - pole.start + 1]).toEqual([n, p]);
      expect(pole.k).toBeCloseTo(k, 9);
      expect(vote.poleKatr).toBeCloseTo(poleKatr, 9);
    }
  });

  it('explain a fired wedge by its longest length and its lines', () => {
    const expected = Object.entries(fixture.wedges);
    expect(expected.length).toBeGreaterThan(50);
    for (const [bar, [length, startGap, endGap]] of expected) {
      const vote = explainAll(context, Number(bar), DEFAULT_RULE_SET)[1];
      if (vote.marks?.kind !== 'wedge') throw new Error(`wedge at ${bar} has no marks`);
      const { start, upper, lower } = vote.marks;
      expect([vote.state, 1 - start]).toEqual(['fired', length]);
      expect(upper.startPrice - lower.startPrice).toBeCloseTo(startGap, 6);
      expect(upper.endPrice - lower.endPrice).toBeCloseTo(endGap, 6);
    }
  });

  it('scan and explain agree at every bar under every kind of rule set', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.constantFrom(...RULE_SETS), (seed, ruleSet) => {
        const some = contextOf(randomBars(seed, FROM + 250), ruleSet);
        const columns = scanAll(some, ruleSet);
        for (let t = FROM; t < some.bars.length; t++) {
          const votes = explainAll(some, t, ruleSet).map((vote) => vote.state);
          expect([t, ...votes]).toEqual([t, ...columns.map((column) => voteStateName(column[t]))]);
        }
      }),
      { numRuns: 12 },
    );
  });

  it('read no bar after t and none before the window but through indicators', () => {
    const t = 700;
    const shown = explainAll(context, t, DEFAULT_RULE_SET);
    const changed = fixtureBars();
    for (const column of [changed.open, changed.high, changed.low, changed.close, changed.volume]) {
      column.fill(Number.NaN, t + 1);
      column.fill(Number.NaN, 0, t - 63);
    }
    const { indicators } = context;
    expect(explainAll(createRuleContext(changed, indicators, 'off'), t, DEFAULT_RULE_SET)).toEqual(shown);
  });

  it('change no vote when all prices are scaled by a power of two', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.integer({ min: -12, max: 12 }), (seed, power) => {
        const plain = randomBars(seed, 600);
        const scaled = randomBars(seed, 600);
        for (const column of [scaled.open, scaled.high, scaled.low, scaled.close]) {
          for (let i = 0; i < column.length; i++) column[i] *= 2 ** power;
        }
        const expected = scanAll(contextOf(plain, DEFAULT_RULE_SET), DEFAULT_RULE_SET);
        expect(scanAll(contextOf(scaled, DEFAULT_RULE_SET), DEFAULT_RULE_SET)).toEqual(expected);
      }),
      { numRuns: 12 },
    );
  });

  it('mark only bars of the window, and give numbers that survive JSON', () => {
    for (let t = FROM; t < bars.length; t += 7) {
      for (const vote of explainAll(context, t, DEFAULT_RULE_SET)) {
        expect(JSON.parse(JSON.stringify(vote))).toEqual(vote);
        expect(vote.marks === null).toBe(vote.state === 'no');
        for (const bar of markedBars(vote.marks)) expect(bar).toBeGreaterThanOrEqual(-63);
        for (const bar of markedBars(vote.marks)) expect(bar).toBeLessThanOrEqual(0);
      }
    }
  });
});

function markedBars(marks: ReturnType<typeof explainAll>[number]['marks']): number[] {
  if (marks === null) return [];
  if (marks.kind === 'wick') return marks.flip === null ? [marks.bar] : [marks.bar, marks.flip];
  if (marks.kind === 'wedge') return [marks.start, marks.end, ...marks.highPivots, ...marks.lowPivots];
  return [marks.pole.start, marks.pole.end, marks.consolidation.start, marks.consolidation.end];
}

describe('a flag', () => {
  it('of several poles and pauses of the same k is the first: shortest pause, then shortest pole', () => {
    const length = 200;
    const t = length - 1;
    const bars = randomBars(1, length);
    // Flat at 100, at 110 from bar t-25 on, and out of that by the last three closes.
    const close: number[] = Array.from({ length }, (_, i) => (i < t - 25 ? 100 : 110));
    close.splice(t - 2, 3, 110.5, 111, 112);
    for (const column of [bars.open, bars.high, bars.low, bars.close]) column.set(close);
    const ones = new Float64Array(length).fill(1);
    const context = createRuleContext(bars, { atr: ones, ema: ones, rsi: ones }, 'off');
    const [vote] = explainAll(context, t, DEFAULT_RULE_SET);
    if (vote.marks?.kind !== 'flag') throw new Error('the flag has no marks');
    expect([vote.state, vote.marks.pole.k, vote.poleKatr]).toEqual(['fired', 10, 10]);
    const { pole, consolidation } = vote.marks;
    expect([consolidation.end - consolidation.start + 1, pole.end - pole.start + 1]).toEqual([12, 11]);
  });
});

describe('wick exhaustion', () => {
  it('abstains where only one delta of its search is missing, unless a flip is seen without it', () => {
    const bars = fixtureBars();
    const t = fixture.states.wick_exhaustion.indexOf('3') + FROM;
    const indicators = computeIndicators(bars, 0, bars.length);
    const stateWith = (deltas: number[]) => {
      const context = createRuleContext(bars, indicators, 'off');
      context.delta.set(deltas, t - 3);
      const out = new Uint8Array(bars.length);
      RULES[3].scan(context, t, t + 1, DEFAULT_RULE_SET, out);
      expect(RULES[3].explain(context, t, DEFAULT_RULE_SET).state).toBe(voteStateName(out[t]));
      return voteStateName(out[t]);
    };
    expect(stateWith([1, 1, 1, 1])).toBe('near');
    expect(stateWith([Number.NaN, 1, 1, 1])).toBe('undecided');
    expect(stateWith([1, Number.NaN, 1, 1])).toBe('undecided');
    expect(stateWith([1, 1, 1, Number.NaN])).toBe('undecided');
    expect(stateWith([Number.NaN, 1, -1, 1])).toBe('fired');
    expect(stateWith([-1, 0, 1, 1])).toBe('near');
  });

  it('abstains where the delta is unknown and the rest holds, and decides with the proxy', () => {
    const bars = fixtureBars();
    const unknown = contextOf(bars, DEFAULT_RULE_SET);
    const t = fixture.states.wick_exhaustion.indexOf('2') + FROM;
    const [, , , vote] = explainAll(unknown, t, DEFAULT_RULE_SET);
    expect([vote.state, vote.proxy, vote.conditions[2].holds]).toEqual(['undecided', false, null]);
    const proxy = { ...DEFAULT_RULE_SET, cvd: 'proxy' } as const;
    const [, , , guessed] = explainAll(contextOf(bars, proxy), t, proxy);
    expect([guessed.proxy, guessed.conditions[2].holds === null]).toEqual([true, false]);
  });

  it('anchors the window two bars after the wick when confirmation is asked for', () => {
    const ruleSet = {
      ...DEFAULT_RULE_SET,
      wick_exhaustion: { ...DEFAULT_RULE_SET.wick_exhaustion, confirmBars: 2 },
    };
    const context = contextOf(fixtureBars(), ruleSet);
    const plain = scanAll(context, DEFAULT_RULE_SET)[3];
    const confirmed = scanAll(context, ruleSet)[3];
    let checked = 0;
    for (let t = FROM; t < plain.length - 2; t++) {
      if (plain[t] !== FIRED) continue;
      checked++;
      expect(confirmed[t + 2]).toBe(FIRED);
    }
    expect(checked).toBeGreaterThan(50);
  });
});
