/** One bin of a reliability diagram; empty bins are left out. */
export interface ReliabilityBin {
  /** The bin holds from ≤ probability < to, the last one also 1. */
  readonly from: number;
  readonly to: number;
  /** Weight of its rows. */
  readonly weight: number;
  /** Mean probability and share that came true. */
  readonly probability: number;
  readonly frequency: number;
}

export const BINS = 15;

/**
 * Reliability over 15 equal-width bins.
 * @param probabilities one a row, in [0, 1]
 * @param cameTrue whether what the row's probability speaks of was so
 * @param weights one a row, ≥ 0; 1 where left out
 */
export function reliability(
  probabilities: ArrayLike<number>,
  cameTrue: (row: number) => boolean,
  weights?: ArrayLike<number>,
): ReliabilityBin[] {
  const weight = new Float64Array(BINS);
  const probability = new Float64Array(BINS);
  const frequency = new Float64Array(BINS);
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i];
    if (!(p >= 0 && p <= 1)) throw new Error(`reliability: probability ${p} of row ${i} must be in 0 to 1`);
    const bin = Math.min(BINS - 1, Math.floor(p * BINS));
    const w = weights ? weights[i] : 1;
    weight[bin] += w;
    probability[bin] += w * p;
    if (cameTrue(i)) frequency[bin] += w;
  }
  return Array.from(weight).flatMap((w, bin) =>
    w > 0
      ? [
          {
            from: bin / BINS,
            to: (bin + 1) / BINS,
            weight: w,
            probability: probability[bin] / w,
            frequency: frequency[bin] / w,
          },
        ]
      : [],
  );
}

/**
 * Expected calibration error, Σ weight·|frequency - probability| / Σ weight (Naeini et al. 2015; Guo et al. 2017 for
 * the top probability). Null where there are no rows.
 */
export function expectedCalibrationError(bins: readonly ReliabilityBin[]): number | null {
  let total = 0;
  let error = 0;
  for (const bin of bins) {
    total += bin.weight;
    error += bin.weight * Math.abs(bin.frequency - bin.probability);
  }
  return total > 0 ? error / total : null;
}

/** Probabilities of N rows and C classes, row by row: N·C numbers. */
export interface ClassProbabilities {
  readonly values: ArrayLike<number>;
  readonly classes: number;
}

/** Class of the highest probability of each row, the first of equals, and that probability. */
export function topOf({ values, classes }: ClassProbabilities): { predicted: Uint8Array; top: Float64Array } {
  const rows = values.length / classes;
  const predicted = new Uint8Array(rows);
  const top = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    for (let c = 0; c < classes; c++) {
      if (values[i * classes + c] > top[i]) {
        top[i] = values[i * classes + c];
        predicted[i] = c;
      }
    }
  }
  return { predicted, top };
}

/** Reliability of the top probability: it comes true where the row is of the class that has it. */
export function topReliability(
  probabilities: ClassProbabilities,
  actual: ArrayLike<number>,
  weights?: ArrayLike<number>,
): ReliabilityBin[] {
  const { predicted, top } = topOf(probabilities);
  return reliability(top, (row) => actual[row] === predicted[row], weights);
}

/** Class-wise calibration error: the mean over classes of the error of each class's own probability (Kull et al. 2019). */
export function classwiseCalibrationError(
  { values, classes }: ClassProbabilities,
  actual: ArrayLike<number>,
  weights?: ArrayLike<number>,
): number | null {
  if (actual.length === 0) return null;
  let sum = 0;
  for (let c = 0; c < classes; c++) {
    const own = Float64Array.from({ length: actual.length }, (_, i) => values[i * classes + c]);
    sum += expectedCalibrationError(reliability(own, (row) => actual[row] === c, weights)) ?? 0;
  }
  return sum / classes;
}
