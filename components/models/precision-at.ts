/** [recall, precision] pairs, recall rising. */
type Curve = readonly (readonly [number, number])[];

/**
 * Precision at a recall on the stepped curve whose area is the average precision: that of the first point which
 * reaches it. Null beyond the curve's end.
 */
export function precisionAt(curve: Curve, recall: number): number | null {
  return curve.find(([reached]) => reached >= recall - 1e-9)?.[1] ?? null;
}

/** Rows for a plot: one a step of recall from 0 to 1, with the precision of every class that has a curve. */
export function curveRows(
  curves: Readonly<Record<string, Curve | null | undefined>>,
  steps: number,
): Record<string, number | null>[] {
  return Array.from({ length: steps + 1 }, (_, step) => {
    const recall = step / steps;
    const row: Record<string, number | null> = { recall };
    for (const [name, curve] of Object.entries(curves)) row[name] = curve ? precisionAt(curve, recall) : null;
    return row;
  });
}
