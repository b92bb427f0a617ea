/**
 * How near a model is to saying something else: the probability of its first class less that of its second, 0 where it
 * cannot tell, 1 where it is sure (margin sampling: Scheffer, Decomain & Wrobel 2001, Active Hidden Markov Models for
 * Information Extraction).
 * @param probabilities row by row, `classes` a row; a row that begins with NaN is not known
 * @returns one a row; NaN where it is not known
 */
export function margins(probabilities: Float32Array, classes: number): Float32Array {
  const out = new Float32Array(probabilities.length / classes);
  for (let row = 0; row < out.length; row++) {
    let first = Number.NEGATIVE_INFINITY;
    let second = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes; c++) {
      const p = probabilities[row * classes + c];
      if (p > first) {
        second = first;
        first = p;
      } else if (p > second) second = p;
    }
    out[row] = Number.isFinite(second) ? first - second : Number.NaN;
  }
  return out;
}
