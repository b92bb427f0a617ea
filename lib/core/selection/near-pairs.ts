import { bisect } from '../bisect.ts';

/** A vector of one set, the most alike of another, and their cosine. */
export interface NearPair {
  readonly query: number;
  readonly match: number;
  readonly cosine: number;
}

/**
 * For each query vector the most alike of some others, where their cosine reaches a threshold; all are of unit length.
 * Exact: two vectors so alike are at most r = √(2 - 2·threshold) apart, hence no further on any axis (Cauchy-Schwarz), so
 * only those within r on the axis of the widest spread are compared, and a comparison ends once it is further than r.
 * @param queries vectors, one after another; `others` likewise
 * @param dimension numbers a vector
 * @param step called with the number of queries done, every few hundred; it may give way to others, or throw
 */
export async function nearestPairs(
  queries: Float32Array,
  others: Float32Array,
  dimension: number,
  threshold: number,
  step: (done: number) => Promise<void>,
): Promise<NearPair[]> {
  const pairs: NearPair[] = [];
  const axis = widestAxis(others, dimension);
  const order = Uint32Array.from({ length: others.length / dimension }, (_, i) => i).sort(
    (a, b) => others[a * dimension + axis] - others[b * dimension + axis],
  );
  const along = Float32Array.from(order, (i) => others[i * dimension + axis]);
  // Rounding of vectors that are of unit length but for a few units in the last place.
  const furthest = 2 - 2 * threshold + 1e-6;
  const reach = Math.sqrt(furthest);
  for (let query = 0; query < queries.length / dimension; query++) {
    if (query % STEP === 0) await step(query);
    const from = query * dimension;
    const low = queries[from + axis] - reach;
    const high = queries[from + axis] + reach;
    let nearest = furthest;
    let match = -1;
    for (let place = firstFrom(along, low); place < along.length && along[place] <= high; place++) {
      const at = order[place] * dimension;
      let distance = 0;
      for (let d = 0; d < dimension && distance <= nearest; d++) {
        const apart = queries[from + d] - others[at + d];
        distance += apart * apart;
      }
      if (distance > nearest || (distance === nearest && match >= 0)) continue;
      nearest = distance;
      match = order[place];
    }
    if (match < 0) continue;
    const cosine = dot(queries, from, others, match * dimension, dimension);
    if (cosine >= threshold) pairs.push({ query, match, cosine });
  }
  return pairs;
}

const STEP = 256;

function widestAxis(vectors: Float32Array, dimension: number): number {
  const sums = new Float64Array(dimension);
  const squares = new Float64Array(dimension);
  for (let i = 0; i < vectors.length; i++) {
    sums[i % dimension] += vectors[i];
    squares[i % dimension] += vectors[i] * vectors[i];
  }
  const count = vectors.length / dimension;
  const spread = squares.map((square, d) => square - (sums[d] * sums[d]) / count);
  return spread.indexOf(Math.max(...spread));
}

function firstFrom(sorted: Float32Array, least: number): number {
  return bisect(sorted.length, (i) => sorted[i] >= least);
}

function dot(a: Float32Array, atA: number, b: Float32Array, atB: number, dimension: number): number {
  let sum = 0;
  for (let d = 0; d < dimension; d++) sum += a[atA + d] * b[atB + d];
  return sum;
}
