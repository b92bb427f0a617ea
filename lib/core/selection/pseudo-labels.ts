import { type ClassProbabilities, topOf } from '../metrics/reliability.ts';

/** What a round accepts as pseudo-labels; arrays hold one number a class. */
export interface PseudoRules {
  /** A class is accepted from this probability on, in (0, 1]. */
  readonly thresholds: readonly number[];
  /** Labels of a class at most. */
  readonly caps: readonly number[];
  /** A class may have so many times the labels of the rarest class that has any, at most; Infinity for no bound. */
  readonly balance: number;
}

/** Where a window lies on its series, ms UTC. */
export interface PseudoPlace {
  readonly seriesId: number;
  /** Open time of bar t. */
  readonly ts: number;
  /** From this open time on windows of the series share no bar with it. */
  readonly clearFrom: number;
}

/** How many windows of one class got how far. */
export interface PseudoCounts {
  /** The class is the most probable one. */
  readonly likeliest: number;
  /** And its probability reaches the threshold. */
  readonly sure: number;
  /** Sure, but not allowed to be of this class. */
  readonly barred: number;
  /** Sure, but they share bars with a surer window. */
  readonly crowded: number;
  /** Left out by the cap, and of the rest by the balance between classes. */
  readonly overCap: number;
  readonly overBalance: number;
  readonly taken: number;
}

export interface PseudoLabels {
  /** Rows that are accepted, surest first, with class and probability. */
  readonly rows: Int32Array;
  readonly labels: Uint8Array;
  readonly confidences: Float64Array;
  /** By class index. */
  readonly counts: readonly PseudoCounts[];
}

/**
 * Chooses pseudo-labels: windows whose most probable class reaches that class's threshold, the surest first, no two that
 * share bars (they would be one example counted twice), up to each class's cap and the balance between classes
 * (class-balanced self-training: Zou et al. 2018). Equal confidence keeps the order given. Costs n log n.
 * @param probabilities of N windows, for the mix of the pool
 * @param places N of them
 * @param isBarred whether a window may not be labelled with a class, however sure the model is
 */
export function choosePseudoLabels(
  probabilities: ClassProbabilities,
  places: readonly PseudoPlace[],
  rules: PseudoRules,
  isBarred: (row: number, label: number) => boolean,
): PseudoLabels {
  const { classes } = probabilities;
  checkRules(rules, classes);
  const { predicted, top } = topOf(probabilities);
  if (predicted.length !== places.length)
    throw new Error(`${predicted.length} rows of probabilities for ${places.length} windows`);
  const counts = Array.from({ length: classes }, () => ({
    ...{ likeliest: 0, sure: 0, barred: 0, crowded: 0, overCap: 0, overBalance: 0, taken: 0 },
  }));
  const sure: number[] = [];
  for (let row = 0; row < predicted.length; row++) {
    const label = predicted[row];
    counts[label].likeliest++;
    if (top[row] < rules.thresholds[label]) continue;
    counts[label].sure++;
    if (isBarred(row, label)) counts[label].barred++;
    else sure.push(row);
  }
  sure.sort((a, b) => top[b] - top[a] || a - b);
  const apart = leaveCrowded(sure, places, (row) => counts[predicted[row]].crowded++);
  const limits = limitsOf(apart, predicted, rules);
  const rows: number[] = [];
  for (const row of apart) {
    const count = counts[predicted[row]];
    const { cap, most } = limits[predicted[row]];
    const before = count.taken + count.overBalance + count.overCap;
    if (before >= cap) count.overCap++;
    else if (before >= most) count.overBalance++;
    else {
      count.taken++;
      rows.push(row);
    }
  }
  return {
    rows: Int32Array.from(rows),
    labels: Uint8Array.from(rows, (row) => predicted[row]),
    confidences: Float64Array.from(rows, (row) => top[row]),
    counts,
  };
}

function checkRules({ thresholds, caps, balance }: PseudoRules, classes: number): void {
  if (thresholds.length !== classes || caps.length !== classes)
    throw new Error(`${thresholds.length} thresholds and ${caps.length} caps for ${classes} classes`);
  const bad = thresholds.find((threshold) => !(threshold > 0 && threshold <= 1));
  if (bad !== undefined) throw new Error(`threshold ${bad}: must be above 0 and at most 1`);
  if (!(balance >= 1)) throw new Error(`balance ${balance}: must be at least 1`);
}

/** Those that share no bar with one before them in the order given. */
function leaveCrowded(
  rows: readonly number[],
  places: readonly PseudoPlace[],
  onCrowded: (row: number) => void,
): number[] {
  const position = new Map<number, number>();
  const inTime = rows.toSorted(
    (a, b) => places[a].seriesId - places[b].seriesId || places[a].ts - places[b].ts,
  );
  for (const [at, row] of inTime.entries()) position.set(row, at);
  const taken = new Uint8Array(inTime.length);
  const shares = (earlier: number, later: number) =>
    places[earlier].seriesId === places[later].seriesId && places[later].ts < places[earlier].clearFrom;
  return rows.filter((row) => {
    const at = position.get(row) ?? 0;
    let isFree = true;
    for (let i = at - 1; isFree && i >= 0 && shares(inTime[i], row); i--) isFree = taken[i] === 0;
    for (let i = at + 1; isFree && i < inTime.length && shares(row, inTime[i]); i++) isFree = taken[i] === 0;
    if (isFree) taken[at] = 1;
    else onCrowded(row);
    return isFree;
  });
}

/** What each class may have: its cap, and so many times what the rarest class has after its own cap. */
function limitsOf(
  rows: readonly number[],
  predicted: Uint8Array,
  { caps, balance }: PseudoRules,
): { cap: number; most: number }[] {
  const there = caps.map(() => 0);
  for (const row of rows) there[predicted[row]]++;
  const capped = there.map((count, c) => Math.min(count, caps[c])).filter((count) => count > 0);
  const rarest = capped.length > 0 ? Math.min(...capped) : 0;
  return caps.map((cap) => ({ cap, most: Math.ceil(balance * rarest) }));
}
