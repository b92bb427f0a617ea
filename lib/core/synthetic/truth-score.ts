import type { PlantedClass, PlantedPattern } from './truth.ts';

export interface TruthScore {
  readonly planted: number;
  /** Planted patterns that at least one event found. */
  readonly found: number;
  readonly events: number;
  /** Events that found a planted pattern. */
  readonly right: number;
  /** right / events and found / planted; null where there are none. */
  readonly precision: number | null;
  readonly recall: number | null;
}

/** An event finds a pattern up to so many bars before it can be seen or after it is complete. */
export const TRUTH_TOLERANCE_BARS = 3;

/**
 * One class's events against what was planted in the same series.
 * @param truth of one series, all classes
 * @param eventTs open times of bar t of the class's events, ms UTC, ascending
 */
export function scoreAgainstTruth(
  truth: readonly PlantedPattern[],
  name: PlantedClass,
  eventTs: readonly number[],
  timeframeMs: number,
): TruthScore {
  const tolerance = TRUTH_TOLERANCE_BARS * timeframeMs;
  const patterns = truth.filter((pattern) => pattern.class === name);
  const found = new Set<PlantedPattern>();
  let right = 0;
  let first = 0;
  for (const ts of eventTs) {
    while (first < patterns.length && patterns[first].ts + tolerance < ts) first++;
    let hit = false;
    for (let i = first; i < patterns.length && patterns[i].visibleFromTs - tolerance <= ts; i++) {
      found.add(patterns[i]);
      hit = true;
    }
    if (hit) right++;
  }
  return sumScores([
    {
      planted: patterns.length,
      found: found.size,
      events: eventTs.length,
      right,
      precision: null,
      recall: null,
    },
  ]);
}

/** Scores of several series taken together. */
export function sumScores(scores: readonly TruthScore[]): TruthScore {
  const total = (of: (score: TruthScore) => number): number => scores.reduce((sum, one) => sum + of(one), 0);
  const planted = total((score) => score.planted);
  const found = total((score) => score.found);
  const events = total((score) => score.events);
  const right = total((score) => score.right);
  return {
    planted,
    found,
    events,
    right,
    precision: events > 0 ? right / events : null,
    recall: planted > 0 ? found / planted : null,
  };
}
