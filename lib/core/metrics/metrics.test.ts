import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { classScores, confusionMatrix, macroF1 } from './confusion.ts';
import differences from './fixtures/difference.json' with { type: 'json' };
import { bootstrapInterval, differenceInterval, wilsonInterval } from './interval.ts';
import { poleError } from './pole-error.ts';
import { averagePrecision, precisionRecallCurve } from './precision-recall.ts';
import {
  classwiseCalibrationError,
  expectedCalibrationError,
  reliability,
  topReliability,
} from './reliability.ts';

interface Case {
  confusion: number[][];
  precision: number[];
  recall: number[];
  f1: number[];
  support: number[];
  macroF1: number;
  averagePrecision: number[];
  curve: { precision: number[]; recall: number[]; threshold: number[] };
  ece: number;
  classwiseEce: number;
}
interface Fixture {
  actual: number[];
  probabilities: number[];
  weights: number[];
  cases: { plain: Case; weighted: Case };
  pole: {
    predicted: number[];
    actual: (number | null)[];
    mae: number;
    median: number;
    weights: number[];
    weightedMae: number;
    weightedMedian: number;
  };
  wilson: { successes: number; trials: number; low: number; high: number }[];
}
const fixture: Fixture = JSON.parse(readFileSync(new URL('fixtures/metrics.json', import.meta.url), 'utf8'));
const { actual, probabilities } = fixture;
const classes = 5;
const probs = { values: probabilities, classes };
const column = (c: number) => actual.map((_, i) => probabilities[i * classes + c]);
const predicted = actual.map((_, i) => {
  const row = probabilities.slice(i * classes, (i + 1) * classes);
  return row.indexOf(Math.max(...row));
});

function expectClose(values: readonly (number | null)[], expected: readonly number[]): void {
  expect(values.length).toBe(expected.length);
  values.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i], 10);
  });
}

describe.each([
  { name: 'plain', weights: undefined, expected: fixture.cases.plain },
  { name: 'weighted', weights: fixture.weights, expected: fixture.cases.weighted },
])('$name rows', ({ weights, expected }) => {
  const matrix = confusionMatrix(actual, predicted, classes, weights);

  it('agree with scikit-learn on confusion, precision, recall, F1 and macro-F1', () => {
    matrix.forEach((row, c) => {
      expectClose(row, expected.confusion[c]);
    });
    const scores = classScores(matrix);
    expectClose(
      scores.map((score) => score.precision),
      expected.precision,
    );
    expectClose(
      scores.map((score) => score.recall),
      expected.recall,
    );
    expectClose(
      scores.map((score) => score.f1),
      expected.f1,
    );
    expectClose(
      scores.map((score) => score.support),
      expected.support,
    );
    expect(macroF1(matrix)).toBeCloseTo(expected.macroF1, 10);
  });

  it('agree with scikit-learn on average precision and the precision-recall curve, ties included', () => {
    const curves = expected.averagePrecision.map((_, c) =>
      precisionRecallCurve(column(c), (row) => actual[row] === c, weights),
    );
    expectClose(
      curves.map((curve) => curve && averagePrecision(curve)),
      expected.averagePrecision,
    );
    const curve = curves[1] ?? [];
    expectClose(
      curve.map((point) => point.threshold),
      expected.curve.threshold,
    );
    expectClose(
      curve.map((point) => point.precision),
      expected.curve.precision,
    );
    expectClose(
      curve.map((point) => point.recall),
      expected.curve.recall,
    );
  });

  it('agree with numpy on calibration error, of the top probability and class by class', () => {
    const bins = topReliability(probs, actual, weights);
    expect(expectedCalibrationError(bins)).toBeCloseTo(expected.ece, 10);
    expect(classwiseCalibrationError(probs, actual, weights)).toBeCloseTo(expected.classwiseEce, 10);
  });
});

describe('classes without rows', () => {
  it('have null scores and no say in macro-F1', () => {
    const matrix = confusionMatrix([0, 0, 1], [0, 1, 1], 3);
    const [first, , third] = classScores(matrix);
    expect(third).toEqual({ support: 0, precision: null, recall: null, f1: null });
    expect(first).toEqual({ support: 2, precision: 1, recall: 0.5, f1: 2 / 3 });
    expect(macroF1(matrix)).toBeCloseTo((2 / 3 + 2 / 3) / 2, 12);
    expect(macroF1(confusionMatrix([], [], 3))).toBeNull();
  });

  it('count as a miss, not as null, where the class was never predicted', () => {
    const [first] = classScores(confusionMatrix([0, 1], [1, 1], 2));
    expect(first).toEqual({ support: 1, precision: null, recall: 0, f1: 0 });
  });

  it('have no precision-recall curve', () => {
    expect(precisionRecallCurve([0.1, 0.9], () => false)).toBeNull();
  });

  it('are refused when a row names one that does not exist', () => {
    expect(() => confusionMatrix([0, 3], [0, 0], 3)).toThrow('row 1 is of class 3');
    expect(() => confusionMatrix([0, 1], [0, -1], 3)).toThrow('predicted -1');
    expect(() => confusionMatrix([0], [0, 1], 3)).toThrow('1 actual, 2 predicted');
  });
});

describe('reliability', () => {
  it('puts 0 in the first bin, 1 in the last, and leaves empty bins out', () => {
    const bins = reliability([0, 1, 1, 0.5], (row) => row === 1);
    expect(bins.map(({ from }) => Math.round(from * 15))).toEqual([0, 7, 14]);
    expect(bins[2]).toEqual({ from: 14 / 15, to: 1, weight: 2, probability: 1, frequency: 0.5 });
    expect(expectedCalibrationError([])).toBeNull();
    expect(classwiseCalibrationError({ values: [], classes }, [])).toBeNull();
    expect(() => reliability([1.2], () => true)).toThrow('1.2 of row 0');
  });
});

describe('poleError', () => {
  const { pole } = fixture;
  const known = Float64Array.from(pole.actual, (value) => value ?? Number.NaN);

  it('agrees with numpy over the rows whose pole is known', () => {
    const error = poleError(pole.predicted, known);
    expect(error?.mae).toBeCloseTo(pole.mae, 12);
    expect(error?.median).toBeCloseTo(pole.median, 12);
  });

  it('treats an integer weight as that many equal rows', () => {
    const error = poleError(pole.predicted, known, pole.weights);
    expect(error?.mae).toBeCloseTo(pole.weightedMae, 12);
    expect(error?.median).toBeCloseTo(pole.weightedMedian, 12);
  });

  it('takes the middle of the two middle errors where their weights balance', () => {
    expect(poleError([0, 0, 0, 0], [1, 2, 4, 9])?.median).toBe(3);
    expect(poleError([0, 0, 0], [1, 2, 4], [1, 1, 2])?.median).toBe(3);
  });

  it('is null where no pole is known', () => {
    expect(poleError([1], [Number.NaN])).toBeNull();
    expect(poleError([1], [2], [0])).toBeNull();
  });
});

describe('differenceInterval', () => {
  it.each(differences)('is what statsmodels says of $first and $second', ({ first, second, low, high }) => {
    const [[a, m], [b, n]] = [first, second];
    const interval = differenceInterval({ hits: a, trials: m }, { hits: b, trials: n });
    expect(interval?.low).toBeCloseTo(low, 12);
    expect(interval?.high).toBeCloseTo(high, 12);
  });

  it('says nothing without trials', () => {
    expect(differenceInterval({ hits: 0, trials: 0 }, { hits: 1, trials: 2 })).toBeNull();
  });
});

describe('wilsonInterval', () => {
  it.each(fixture.wilson)(
    'agrees with scipy on $successes of $trials',
    ({ successes, trials, low, high }) => {
      const interval = wilsonInterval(successes, trials);
      expect(interval?.low).toBeCloseTo(low, 10);
      expect(interval?.high).toBeCloseTo(high, 10);
    },
  );

  it('is null without trials and refuses more successes than trials', () => {
    expect(wilsonInterval(0, 0)).toBeNull();
    expect(() => wilsonInterval(2, 1)).toThrow('2 successes of 1');
  });
});

describe('bootstrapInterval', () => {
  const random = createRandom(8);
  const values = Array.from({ length: 400 }, () => random.normal());
  const mean = (rows: readonly number[]) => (weights: Float64Array) => {
    const total = weights.reduce((a, b) => a + b, 0);
    return total > 0 ? rows.reduce((sum, value, i) => sum + value * weights[i], 0) / total : null;
  };

  it('is as wide as theory says for a mean of independent rows', () => {
    const interval = bootstrapInterval(
      values.map((_, i) => i),
      mean(values),
      createRandom(1),
    );
    const width = (interval?.high ?? 0) - (interval?.low ?? 0);
    expect(width).toBeGreaterThan(0.9 * ((2 * 1.96) / 20));
    expect(width).toBeLessThan(1.1 * ((2 * 1.96) / 20));
  });

  it('does not get narrower when the rows of each event are repeated', () => {
    const repeated = values.flatMap((value) => [value, value, value, value]);
    const byEvent = bootstrapInterval(
      repeated.map((_, i) => i >> 2),
      mean(repeated),
      createRandom(1),
    );
    const once = bootstrapInterval(
      values.map((_, i) => i),
      mean(values),
      createRandom(1),
    );
    expect(byEvent?.low).toBeCloseTo(once?.low ?? 0, 12);
    expect(byEvent?.high).toBeCloseTo(once?.high ?? 0, 12);
  });

  it('gives the same interval for the same seed, and uses the rows own weights', () => {
    const groups = values.map((_, i) => `event ${i >> 3}`);
    const draw = (seed: number, weights?: number[]) =>
      bootstrapInterval(groups, mean(values), createRandom(seed), { weights, samples: 200 });
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    const onlyFirst = draw(
      1,
      values.map((_, i) => (i === 0 ? 2 : 0)),
    );
    expect(onlyFirst?.low).toBeCloseTo(values[0], 12);
    expect(onlyFirst?.high).toBeCloseTo(values[0], 12);
  });

  it('is null where the statistic is mostly unknown', () => {
    expect(bootstrapInterval([1, 2], () => null, createRandom(1), { samples: 10 })).toBeNull();
    expect(bootstrapInterval([], () => 1, createRandom(1))).toBeNull();
  });
});
