import { CLASS_COUNT } from '@/lib/contract/classes.ts';
import type { Compared, GateMix } from '@/lib/contract/gate.ts';
import { withoutBiases } from '@/lib/core/calibration.ts';
import { headlineMeasure, headlineOf, type ScoredRows } from '@/lib/core/metrics/headline.ts';
import type { Interval } from '@/lib/core/metrics/interval.ts';
import { type Measure, type PairedFigure, pairedBootstrap } from '@/lib/core/metrics/paired-bootstrap.ts';
import { createRandom } from '@/lib/core/random.ts';
import { metricsBlockOf } from './metrics-block.ts';

/** Labelled rows that versions are held against. */
export interface EvaluationRows {
  /** Class index of each row. */
  readonly actual: Uint8Array;
  /** ATR; NaN where it is unknown. */
  readonly pole: Float64Array;
  /** At natural prevalence; null where nobody drew the rows from all windows. */
  readonly weights: Float64Array | null;
  /** Rows with the same number are one event. */
  readonly events: Int32Array;
}

/** What a version says of those rows. */
export interface Said {
  /** Row by row, calibrated for natural prevalence. */
  readonly probabilities: Float32Array;
  readonly pole: Float32Array;
  /** What takes the probabilities to natural prevalence. */
  readonly biases: readonly number[];
}

/** The same figures each time that they are asked for. */
const SEED = 1;

/**
 * Holds two versions against the same rows, as they were sampled or at natural prevalence.
 * @param other null where there is nobody to compare with
 */
export function compareRows(
  rows: EvaluationRows,
  own: Said,
  other: Said | null,
  mix: 'sampled' | 'natural',
): GateMix {
  const weights = mix === 'natural' && rows.weights ? rows.weights : undefined;
  const [scored, scoredOther] = [scoredRows(rows, own, mix), other && scoredRows(rows, other, mix)];
  const figures = pairedBootstrap(
    rows.events,
    headlineMeasure(scored),
    scoredOther ? headlineMeasure(scoredOther) : NOBODY,
    createRandom(SEED),
    weights ? { weights } : {},
  ).map(comparedOf);
  const headline = headlineOf(figures);
  return {
    ...headline,
    f1: [...headline.f1],
    own: metricsBlockOf(scored, weights, headline, 'own'),
    other: scoredOther && metricsBlockOf(scoredOther, weights, headline, 'other'),
  };
}

/** Macro-F1, ECE, pole error and each class's F1, of nobody. */
const NOBODY: Measure = () => new Array<null>(3 + CLASS_COUNT).fill(null);

function scoredRows(rows: EvaluationRows, said: Said, mix: 'sampled' | 'natural'): ScoredRows {
  const values = mix === 'sampled' ? withoutBiases(said.probabilities, said.biases) : said.probabilities;
  return {
    actual: rows.actual,
    probabilities: { values, classes: CLASS_COUNT },
    poleActual: rows.pole,
    polePredicted: said.pole,
  };
}

function comparedOf(figure: PairedFigure): Compared {
  return {
    own: figure.first,
    ownInterval: endsOf(figure.firstInterval),
    other: figure.second,
    otherInterval: endsOf(figure.secondInterval),
    difference: figure.difference,
    differenceInterval: endsOf(figure.differenceInterval),
  };
}

const endsOf = (interval: Interval | null): [number, number] | null =>
  interval && [interval.low, interval.high];
