/** Precision and recall when every row with a score of `threshold` or more counts as positive. */
export interface CurvePoint {
  readonly threshold: number;
  readonly precision: number;
  readonly recall: number;
}

/**
 * The precision-recall curve, one point a distinct score, from the highest score (lowest recall) down.
 * @param scores of one class, one a row, finite
 * @param isPositive whether the row is of that class
 * @param weights one a row, ≥ 0; 1 where left out
 * @returns null where no row is positive: recall has no meaning there
 */
export function precisionRecallCurve(
  scores: ArrayLike<number>,
  isPositive: (row: number) => boolean,
  weights?: ArrayLike<number>,
): CurvePoint[] | null {
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).sort(
    (a, b) => scores[b] - scores[a],
  );
  const weight = (row: number): number => (weights ? weights[row] : 1);
  let positives = 0;
  for (const row of order) if (isPositive(row)) positives += weight(row);
  if (positives === 0) return null;
  const points: CurvePoint[] = [];
  let hits = 0;
  let taken = 0;
  order.forEach((row, rank) => {
    taken += weight(row);
    if (isPositive(row)) hits += weight(row);
    const last = rank + 1 === order.length || scores[order[rank + 1]] !== scores[row];
    if (last && taken > 0) {
      points.push({ threshold: scores[row], precision: hits / taken, recall: hits / positives });
    }
  });
  return points;
}

/**
 * Average precision, the step-wise area under the precision-recall curve: Σ (R[n] - R[n-1])·P[n], which is
 * scikit-learn's `average_precision_score`.
 */
export function averagePrecision(curve: readonly CurvePoint[]): number {
  let area = 0;
  let recallBefore = 0;
  for (const { precision, recall } of curve) {
    area += (recall - recallBefore) * precision;
    recallBefore = recall;
  }
  return area;
}
