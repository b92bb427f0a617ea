/**
 * How alike each vector of a pool is to the most alike of some examples: the highest cosine, all being of unit length.
 * Costs pool × examples × dimension multiplications.
 * @param pool vectors, one after another
 * @param examples likewise, at least one
 * @returns one a vector of the pool, from -1 to 1
 */
export function nearestCosines(pool: Float32Array, examples: Float32Array, dimension: number): Float32Array {
  if (examples.length < dimension)
    throw new RangeError('nearest cosine to no example: at least one is needed');
  const nearest = new Float32Array(pool.length / dimension);
  for (let i = 0; i < nearest.length; i++) {
    let highest = Number.NEGATIVE_INFINITY;
    for (let from = 0; from < examples.length; from += dimension) {
      let dot = 0;
      for (let d = 0, at = i * dimension; d < dimension; d++) dot += pool[at + d] * examples[from + d];
      if (dot > highest) highest = dot;
    }
    nearest[i] = highest;
  }
  return nearest;
}
