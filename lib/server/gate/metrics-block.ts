import { CLASS_COUNT, CLASS_IDS } from '@/lib/contract/classes.ts';
import type { Compared } from '@/lib/contract/gate.ts';
import type { MetricsBlock } from '@/lib/contract/models.ts';
import { classScores, confusionMatrix } from '@/lib/core/metrics/confusion.ts';
import { countClasses, type Headline, MIN_ROWS, type ScoredRows } from '@/lib/core/metrics/headline.ts';
import { poleError } from '@/lib/core/metrics/pole-error.ts';
import {
  averagePrecision,
  type CurvePoint,
  precisionRecallCurve,
} from '@/lib/core/metrics/precision-recall.ts';
import { BINS, reliability, topOf } from '@/lib/core/metrics/reliability.ts';

/** Points that a curve is drawn with; the trainer's number. */
const CURVE_POINTS = 40;

/** Whose figures of a comparison. */
export type Side = 'own' | 'other';

/**
 * A version's figures on rows, in the form that the trainer writes to metrics.json, so that one view shows both.
 * @param weights one a row; 1 where left out
 * @param headline of the same rows and weights
 */
export function metricsBlockOf(
  rows: ScoredRows,
  weights: ArrayLike<number> | undefined,
  headline: Headline<Compared>,
  side: Side,
): MetricsBlock {
  const { actual, probabilities, poleActual, polePredicted } = rows;
  const { predicted, top } = topOf(probabilities);
  const confusion = confusionMatrix(actual, predicted, CLASS_COUNT, weights);
  const scores = classScores(confusion);
  const counts = countClasses(actual, CLASS_COUNT);
  const value = (of: Compared) => (side === 'own' ? of.own : of.other);
  const ends = (of: Compared) => (side === 'own' ? of.ownInterval : of.otherInterval);
  return {
    rows: actual.length,
    macro_f1: value(headline.macroF1),
    macro_f1_interval: ends(headline.macroF1),
    ece: value(headline.ece),
    ece_interval: ends(headline.ece),
    pole_rows: Array.from(poleActual).filter((pole) => !Number.isNaN(pole)).length,
    pole_mae: value(headline.poleMae),
    pole_mae_interval: ends(headline.poleMae),
    pole_median: poleError(polePredicted, poleActual, weights)?.median ?? null,
    per_class: CLASS_IDS.map((id, c) => {
      if (counts[c] < MIN_ROWS)
        return { class: id, support: counts[c], precision: null, recall: null, f1: null, pr_auc: null };
      const own = Float64Array.from(actual, (_, i) => probabilities.values[i * CLASS_COUNT + c]);
      const curve = precisionRecallCurve(own, (row) => actual[row] === c, weights);
      return {
        class: id,
        support: counts[c],
        precision: scores[c].precision ?? 0,
        recall: scores[c].recall,
        f1: scores[c].f1,
        pr_auc: curve && averagePrecision(curve),
        pr_curve: curve && thin(curve),
      };
    }),
    confusion: confusion.map((row) => row.map(rounded)),
    reliability: binsOf(reliability(top, (row) => predicted[row] === actual[row], weights)),
  };
}

function binsOf(bins: ReturnType<typeof reliability>): NonNullable<MetricsBlock['reliability']> {
  const empty = () => new Array<number>(BINS).fill(0);
  const all = { weight: empty(), confidence: empty(), accuracy: empty() };
  for (const { from, weight, probability, frequency } of bins) {
    const bin = Math.round(from * BINS);
    all.weight[bin] = rounded(weight);
    all.confidence[bin] = rounded(probability);
    all.accuracy[bin] = rounded(frequency);
  }
  return all;
}

/** At most CURVE_POINTS [recall, precision] pairs, evenly along the recall axis, the ends kept. */
function thin(curve: readonly CurvePoint[]): [number, number][] {
  const last = curve.length - 1;
  const [from, to] = [curve[0].recall, curve[last].recall];
  const chosen = new Set<number>([0, last]);
  let at = 0;
  for (let step = 1; step < CURVE_POINTS - 1; step++) {
    const recall = from + ((to - from) * step) / (CURVE_POINTS - 1);
    while (at < last && curve[at].recall < recall) at++;
    chosen.add(at);
  }
  return [...chosen]
    .sort((a, b) => a - b)
    .map((i) => [rounded(curve[i].recall), rounded(curve[i].precision)]);
}

const rounded = (value: number): number => Math.round(value * 1e5) / 1e5;
