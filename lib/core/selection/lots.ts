/**
 * The windows of a queue's random share. Each window has a lot, a number drawn once, evenly from [0, 1); the share is all
 * windows whose lot is below a threshold, which is therefore the chance that each had to be in it, whatever else was or
 * will be in the queue (permanent random numbers: Ohlsson 1995, Coordination of Samples Using Permanent Random Numbers).
 * Taken in the order of their lots, any beginning of it is such a sample too.
 * @returns indices into `lots`, lowest lot first
 */
export function drawByLot(lots: Float64Array, threshold: number): Int32Array {
  const drawn: number[] = [];
  for (let i = 0; i < lots.length; i++) if (lots[i] < threshold) drawn.push(i);
  return Int32Array.from(drawn.sort((a, b) => lots[a] - lots[b] || a - b));
}

/**
 * The threshold at which the random windows are `share` of all that get a place. Where the other strategies take every
 * window, it is the share itself; where they choose few, a sample of that share of everything would be most of the queue.
 * @param pool windows that may be drawn
 * @param others those of them that the other strategies would take
 */
export function lotThreshold(share: number, others: number, pool: number): number {
  if (share <= 0 || pool === 0) return 0;
  if (share >= 1 || others === 0) return 1;
  // t·pool random windows beside (1 - t)·others of the others, of which the former are `share`.
  return (share * others) / ((1 - share) * pool + share * others);
}
