/**
 * How firmly a model contradicts a label: the probability of the class it takes instead, less that of the label. What is
 * at the top is either a mistake of the rules or a confident one of the model: both are worth a person's look.
 * @param probabilities row by row, `classes` a row; a row that begins with NaN is not known
 * @param labels the class that something else says, one a row, as its place in the class map
 * @returns one a row, above 0; NaN where model and label agree, or the row is not known
 */
export function disagreements(
  probabilities: Float32Array,
  classes: number,
  labels: ArrayLike<number>,
): Float32Array {
  const out = new Float32Array(probabilities.length / classes).fill(Number.NaN);
  for (let row = 0; row < out.length; row++) {
    const label = probabilities[row * classes + labels[row]];
    let top = label;
    for (let c = 0; c < classes; c++) top = Math.max(top, probabilities[row * classes + c]);
    if (top > label) out[row] = top - label;
  }
  return out;
}
