import type { Random } from '../random.ts';

/** Vectors grouped by direction. */
export interface Regions {
  /** Unit vectors, one after another: the mean direction of each region. */
  readonly centres: Float32Array;
  /** By vector: its region. */
  readonly regionOf: Int32Array;
}

/**
 * Spherical k-means (Dhillon & Modha 2001, Concept Decompositions for Large Sparse Text Data): each vector is in the
 * region of the centre with the highest cosine, each centre is the mean direction of its region. Begins with vectors
 * drawn evenly; a region that loses all its vectors keeps its centre. Costs vectors × regions × dimension multiplications
 * a pass.
 * @param vectors unit vectors, one after another, at least one
 * @param count regions at most: no more than there are vectors
 * @param passes at most; fewer where nothing changes any more
 */
export function findRegions(
  vectors: Float32Array,
  dimension: number,
  count: number,
  passes: number,
  random: Random,
): Regions {
  const rows = vectors.length / dimension;
  if (!(rows >= 1)) throw new Error('regions of no vectors: at least one is needed');
  const regions = Math.min(count, rows);
  const drawn = random.shuffle([...Array(rows).keys()]).slice(0, regions);
  const centres = new Float32Array(regions * dimension);
  for (const [region, row] of drawn.entries())
    centres.set(vectors.subarray(row * dimension, (row + 1) * dimension), region * dimension);
  let regionOf = nearestRegions(vectors, centres, dimension);
  for (let pass = 1; pass < passes; pass++) {
    moveCentres(centres, vectors, regionOf, dimension);
    const next = nearestRegions(vectors, centres, dimension);
    const isSame = next.every((region, row) => region === regionOf[row]);
    regionOf = next;
    if (isSame) break;
  }
  return { centres, regionOf };
}

/** The region of each vector: the centre with the highest cosine, the first of equals. */
function nearestRegions(vectors: Float32Array, centres: Float32Array, dimension: number): Int32Array {
  return Int32Array.from({ length: vectors.length / dimension }, (_, row) => {
    let best = 0;
    let highest = Number.NEGATIVE_INFINITY;
    for (let from = 0; from < centres.length; from += dimension) {
      let dot = 0;
      for (let d = 0, at = row * dimension; d < dimension; d++) dot += vectors[at + d] * centres[from + d];
      if (dot > highest) {
        highest = dot;
        best = from / dimension;
      }
    }
    return best;
  });
}

function moveCentres(
  centres: Float32Array,
  vectors: Float32Array,
  regionOf: Int32Array,
  dimension: number,
): void {
  const sums = new Float64Array(centres.length);
  for (const [row, region] of regionOf.entries())
    for (let d = 0; d < dimension; d++) sums[region * dimension + d] += vectors[row * dimension + d];
  for (let from = 0; from < centres.length; from += dimension) {
    const length = Math.hypot(...sums.subarray(from, from + dimension));
    if (length === 0) continue;
    for (let d = 0; d < dimension; d++) centres[from + d] = sums[from + d] / length;
  }
}
