import { classScores, confusionMatrix } from './confusion.ts';
import type { Measure } from './paired-bootstrap.ts';
import { type ClassProbabilities, expectedCalibrationError, reliability, topOf } from './reliability.ts';

/** Rows of a class below which none of its figures is given; the trainer's too. */
export const MIN_ROWS = 5;

/** What a model said of labelled rows. */
export interface ScoredRows {
  /** Class index of each row. */
  readonly actual: ArrayLike<number>;
  readonly probabilities: ClassProbabilities;
  /** Pole heights, ATR: what is true, NaN where it is unknown, and what the model said. */
  readonly poleActual: ArrayLike<number>;
  readonly polePredicted: ArrayLike<number>;
}

/** The figures that models are judged by. `macroF1` is the mean over the classes with at least MIN_ROWS rows. */
export interface Headline<T> {
  readonly macroF1: T;
  /** Of the top probability. */
  readonly ece: T;
  /** Mean absolute error, ATR. */
  readonly poleMae: T;
  /** By class index. */
  readonly f1: readonly T[];
}

/** Names what `headlineMeasure` measured. @param figures in its order */
export function headlineOf<T>(figures: readonly T[]): Headline<T> {
  const [macroF1, ece, poleMae, ...f1] = figures;
  return { macroF1, ece, poleMae, f1 };
}

/** Rows of each class. */
export function countClasses(actual: ArrayLike<number>, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (let i = 0; i < actual.length; i++) counts[actual[i]]++;
  return counts;
}

/** Measures the headline figures of a model under row weights, for a bootstrap: what does not change is found once. */
export function headlineMeasure(rows: ScoredRows): Measure {
  const { actual, probabilities, poleActual, polePredicted } = rows;
  const { predicted, top } = topOf(probabilities);
  const told = countClasses(actual, probabilities.classes).map((count) => count >= MIN_ROWS);
  const poleError = Float64Array.from(poleActual, (pole, i) => Math.abs(polePredicted[i] - pole));
  return (weights) => {
    const f1 = classScores(confusionMatrix(actual, predicted, probabilities.classes, weights)).map(
      (score, c) => (told[c] ? score.f1 : null),
    );
    const bins = reliability(top, (row) => predicted[row] === actual[row], weights);
    return [mean(f1), expectedCalibrationError(bins), weightedMean(poleError, weights), ...f1];
  };
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : null;
}

/** Over the rows whose value is a number; null where they have no weight. */
function weightedMean(values: Float64Array, weights: Float64Array): number | null {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) continue;
    sum += weights[i] * values[i];
    total += weights[i];
  }
  return total > 0 ? sum / total : null;
}
