/** Damps the difference between the very first ranks; the value of the paper. */
const DAMPING = 60;

/**
 * Reciprocal rank fusion (Cormack, Clarke & Büttcher 2009): an item's score is the sum, over the rankings that hold it,
 * of 1 / (60 + its rank there), counted from 1. Scales of what was ranked by do not matter, and what one ranking lacks
 * the others may still bring up.
 * @param rankings each best first, items as numbers from 0 to `count` - 1, none twice in one ranking
 * @returns the score of each item; 0 for one that no ranking holds
 */
export function fuseRankings(rankings: readonly ArrayLike<number>[], count: number): Float64Array {
  const scores = new Float64Array(count);
  for (const ranking of rankings) {
    for (let i = 0; i < ranking.length; i++) scores[ranking[i]] += 1 / (DAMPING + i + 1);
  }
  return scores;
}
