export interface PoleError {
  /** Mean absolute error, ATR. */
  readonly mae: number;
  /** Median absolute error, ATR. */
  readonly median: number;
}

/**
 * Error of the pole's height over the rows whose pole is known.
 * @param predicted,actual ATR multiples, one a row; NaN in `actual` where the pole is unknown
 * @param weights one a row, ≥ 0; 1 where left out
 * @returns null where no pole is known
 */
export function poleError(
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  weights?: ArrayLike<number>,
): PoleError | null {
  const rows: { error: number; weight: number }[] = [];
  for (let i = 0; i < actual.length; i++) {
    const weight = weights ? weights[i] : 1;
    const error = Math.abs(predicted[i] - actual[i]);
    if (!Number.isNaN(actual[i]) && weight > 0) rows.push({ error, weight });
  }
  if (rows.length === 0) return null;
  rows.sort((a, b) => a.error - b.error);
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  const mae = rows.reduce((sum, { error, weight }) => sum + error * weight, 0) / total;
  let below = 0;
  for (let i = 0; i < rows.length; i++) {
    below += rows[i].weight;
    if (below * 2 > total) return { mae, median: rows[i].error };
    // Exactly half the weight lies on either side: the middle of the two, as for an even count.
    if (below * 2 === total) return { mae, median: (rows[i].error + rows[i + 1].error) / 2 };
  }
  return { mae, median: rows[rows.length - 1].error };
}
