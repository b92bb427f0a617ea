import { WINDOW_BARS } from '../window.ts';
import type { RuleSetParams } from './rule-set.ts';

/** What a control for a numeric parameter needs to know. */
export interface NumberFacts {
  readonly kind: 'number' | 'integer';
  readonly label: string;
  /** Shown behind the value: `ATR`, `bars`, `× pole`, or nothing. */
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

export interface ChoiceFacts<T extends string> {
  readonly kind: 'choice';
  readonly label: string;
  readonly choices: readonly { readonly value: T; readonly label: string }[];
}

/** The brackets keep a union of choices together. */
type FactsOf<V> = [V] extends [number] ? NumberFacts : [V] extends [string] ? ChoiceFacts<V> : never;
type Facts<P> = { readonly [K in keyof P]: P[K] extends string | number ? FactsOf<P[K]> : Facts<P[K]> };

const number = (label: string, unit: string, min: number, max: number, step: number): NumberFacts => ({
  kind: 'number',
  label,
  unit,
  min,
  max,
  step,
});
const integer = (label: string, unit: string, min: number, max: number, step = 1): NumberFacts => ({
  kind: 'integer',
  label,
  unit,
  min,
  max,
  step,
});

/** Label, unit and bounds of every parameter, in the shape of the rule set itself. */
export const PARAMETER_FACTS: Facts<RuleSetParams> = {
  flag: {
    kMin: number('Pole height at least', 'ATR', 0.5, 20, 0.1),
    poleMinBars: integer('Pole from', 'bars', 1, 15),
    poleMaxBars: integer('Pole up to', 'bars', 1, 20),
    consolidationMinBars: integer('Consolidation from', 'bars', 3, 40),
    consolidationMaxBars: integer('Consolidation up to', 'bars', 3, 44),
    rangeBasis: {
      kind: 'choice',
      label: 'Consolidation measured against',
      choices: [
        { value: 'pole', label: 'range against the pole' },
        { value: 'atr', label: 'range against ATR (literal)' },
        { value: 'meanBar', label: 'mean bar against ATR' },
      ],
    },
    rangeMax: number('Consolidation at most', '× basis', 0.05, 5, 0.05),
    bodyAllowance: number('Bodies past the pole by at most', 'ATR', 0, 5, 0.05),
  },
  wedge: {
    minBars: integer('Length from', 'bars', 12, 60, 4),
    maxBars: integer('Length up to', 'bars', 12, 60, 4),
    stepBars: integer('Length step', 'bars', 1, 20),
    minPivots: integer('Pivots a side', '', 2, 10),
    minSpan: number('Pivots of a side span', '× length', 0, 1, 0.05),
    maxConvergence: number('End width at most', '× start width', 0.05, 1, 0.05),
    minWidth: number('Start width at least', 'ATR', 0, 10, 0.1),
    pivotTolerance: number('Pivots off their line by at most', 'ATR', 0, 5, 0.05),
    closeTolerance: number('Closes outside by at most', 'ATR', 0, 5, 0.05),
  },
  blowoff: {
    minRange: number('Bar height at least', 'ATR', 0, 10, 0.1),
    minWick: number('Top wick at least', '× bar', 0, 1, 0.05),
    minVolumeZ: number('Volume z at least', '', -3, 10, 0.1),
  },
  wick_exhaustion: {
    minRange: number('Bar height at least', 'ATR', 0, 10, 0.1),
    minWick: number('Bottom wick at least', '× bar', 0, 1, 0.05),
    flipBars: integer('CVD flip within', 'bars', 0, 10),
    confirmBars: integer('Confirmation after the wick', 'bars', 0, 2),
  },
  cvd: {
    kind: 'choice',
    label: 'Without taker volume',
    choices: [
      { value: 'off', label: 'abstain' },
      { value: 'proxy', label: 'guess from the close (proxy)' },
    ],
  },
  eventSpacingBars: integer('Events of a class apart by more than', 'bars', 0, 64),
};

function checkNumbers(facts: object, values: object, path: string, problems: string[]): void {
  const given = new Map<string, unknown>(Object.entries(values));
  for (const [name, fact] of Object.entries(facts)) {
    const value = given.get(name);
    const place = path === '' ? name : `${path}.${name}`;
    if (fact.kind === undefined) checkNumbers(fact, value instanceof Object ? value : {}, place, problems);
    else if (fact.kind === 'choice') checkChoice(fact, value, place, problems);
    else checkNumber(fact, value, place, problems);
  }
}

function checkChoice(facts: ChoiceFacts<string>, value: unknown, place: string, problems: string[]): void {
  if (facts.choices.some((choice) => choice.value === value)) return;
  problems.push(`${place} ${value} is none of ${facts.choices.map((choice) => choice.value).join(', ')}`);
}

function checkNumber(facts: NumberFacts, value: unknown, place: string, problems: string[]): void {
  if (typeof value !== 'number' || !(value >= facts.min && value <= facts.max)) {
    problems.push(`${place} ${value} is not between ${facts.min} and ${facts.max}`);
  } else if (facts.kind === 'integer' && !Number.isInteger(value)) {
    problems.push(`${place} ${value} is not a whole number`);
  }
}

/**
 * What is wrong with a rule set, one sentence a problem, each naming the parameter and its value; empty when it can be
 * scanned. Beside each parameter's bounds: a pattern must fit into the window.
 */
export function ruleSetProblems(params: RuleSetParams): string[] {
  const problems: string[] = [];
  checkNumbers(PARAMETER_FACTS, params, '', problems);
  if (problems.length > 0) return problems;
  const { flag, wedge } = params;
  const ordered = (low: number, high: number, lowName: string, highName: string) => {
    if (low > high) problems.push(`${lowName} ${low} is above ${highName} ${high}`);
  };
  ordered(flag.poleMinBars, flag.poleMaxBars, 'flag.poleMinBars', 'flag.poleMaxBars');
  ordered(
    flag.consolidationMinBars,
    flag.consolidationMaxBars,
    'flag.consolidationMinBars',
    'flag.consolidationMaxBars',
  );
  ordered(wedge.minBars, wedge.maxBars, 'wedge.minBars', 'wedge.maxBars');
  // The bar before the pole, the pole, the consolidation and the last three bars.
  const bars = 1 + flag.poleMaxBars + flag.consolidationMaxBars + 3;
  if (bars > WINDOW_BARS) {
    problems.push(`the longest flag takes ${bars} bars, a window has ${WINDOW_BARS}`);
  }
  return problems;
}
