/** Picks that are made in pieces, so that their caller can show progress and stop. */
export interface FarthestFirst {
  /** Steps, one a centre and one a pick. */
  readonly total: number;
  /** Does up to `count` more steps; returns how many of all are done. The pieces' sizes change no result. */
  advance(count: number): number;
  /** All picks, first one first, as indices into the pool; fewer than wanted where the rest repeats what is there. */
  finish(): Int32Array;
}

/** Below this, two unit vectors of float32 are the same. */
const SAME = 1e-6;

/**
 * Farthest-first traversal (Gonzalez 1985, Clustering to Minimize the Maximum Intercluster Distance; as core-set
 * selection in active learning: Sener & Savarese 2018): each pick is the vector whose nearest centre is the farthest
 * away, and becomes a centre. After k picks no vector is more than twice as far from a centre as with the best k.
 * Distance is 1 - cosine, which orders as the angle does. Of equally far ones the first is picked.
 *
 * Costs (centres + picks) × pool × dimension multiplications: 20,000 vectors of 64 with 2,000 centres and 2,000 picks are
 * 5·10⁹, about 6 s. Callers bound all three.
 * @param pool unit vectors, one after another
 * @param centres those that are there already; without any, the first of the pool is the first pick
 * @param picks how many are wanted
 */
export function createFarthestFirst(
  pool: Float32Array,
  centres: Float32Array,
  dimension: number,
  picks: number,
): FarthestFirst {
  const count = pool.length / dimension;
  const centreCount = centres.length / dimension;
  const wanted = Math.min(picks, count);
  // Highest cosine to any centre so far: the nearest one is the most alike.
  const nearest = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
  const picked: number[] = [];
  const total = centreCount + wanted;
  let done = 0;

  function bringNearer(vectors: Float32Array, index: number): void {
    const from = index * dimension;
    for (let i = 0; i < count; i++) {
      let dot = 0;
      for (let d = 0, at = i * dimension; d < dimension; d++) dot += vectors[from + d] * pool[at + d];
      if (dot > nearest[i]) nearest[i] = dot;
    }
  }

  /** @returns false where all that is left repeats what is there */
  function pickNext(): boolean {
    let farthest = 0;
    for (let i = 1; i < count; i++) if (nearest[i] < nearest[farthest]) farthest = i;
    if (1 - nearest[farthest] < SAME) return false;
    picked.push(farthest);
    bringNearer(pool, farthest);
    return true;
  }

  return {
    total,
    advance(steps) {
      const until = Math.min(total, done + steps);
      for (; done < until; done++) {
        if (done < centreCount) bringNearer(centres, done);
        else if (!pickNext()) {
          done = total;
          break;
        }
      }
      return done;
    },
    finish() {
      this.advance(total);
      return Int32Array.from(picked);
    },
  };
}
