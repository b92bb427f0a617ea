import { CLASS_FACTS, CLASS_IDS, type ClassId, classIndex, NONE } from '@/lib/contract/classes.ts';
import { type DatasetPolicy, SPLITS } from '@/lib/contract/dataset.ts';
import { createRandom, type Random } from '@/lib/core/random.ts';
import type { Split } from '@/lib/core/split.ts';
import {
  addToPopulation,
  type DatasetRow,
  type LabelSource,
  type Population,
  stratumOf,
} from './candidate.ts';
import { type LeftOut, leaveOut } from './left-out.ts';

/** `none` to each row of the largest class. */
const NONE_RATIO = 2;
/** With no pattern in a split there is still something to see of `none`. */
const FEWEST_NONE = 50;
const MOST_TRUSTED_FIRST = ['record', 'pseudo', 'weak'] as const satisfies readonly LabelSource[];
/** Fewer rows of a class than this in a split are said aloud. */
const FEW = 10;
const SPLIT_WORDS: Readonly<Record<Split, string>> = {
  train: 'training',
  validation: 'validation',
  test: 'test',
  unseen: 'unseen symbols',
};

/** How many rows of a class a policy wants at most in each split. */
function capOf(id: ClassId, { capPerClass, classCaps }: DatasetPolicy): number {
  return classCaps[id] ?? capPerClass ?? Number.POSITIVE_INFINITY;
}

/**
 * The sampled set: in each split at most as many rows a class as the policy's caps say, and of `none` at most twice
 * the largest other class, half near misses and half others where there are enough of both. People's labels are kept
 * before pseudo-labels, and these before weak ones.
 * The same rows and seed give the same sample; the order of the answer is the order of `rows`.
 */
export function sampleRows(
  rows: readonly DatasetRow[],
  policy: DatasetPolicy,
  leftOut: LeftOut,
): DatasetRow[] {
  const random = createRandom(policy.seed);
  const kept = new Set<DatasetRow>();
  for (const split of SPLITS) {
    const byClass = groupBy(
      rows.filter((row) => row.split === split),
      (row) => row.label,
    );
    let largest = 0;
    for (const id of CLASS_IDS) {
      if (id === NONE) continue;
      const taken = pick(byClass.get(id) ?? [], capOf(id, policy), random);
      largest = Math.max(largest, taken.length);
      for (const row of taken) kept.add(row);
    }
    const noneCap = Math.min(capOf(NONE, policy), largest === 0 ? FEWEST_NONE : NONE_RATIO * largest);
    for (const row of pickNone(byClass.get(NONE) ?? [], noneCap, random)) kept.add(row);
  }
  leaveOut(leftOut, 'above the caps of the sampled set', rows.length - kept.size);
  return rows.filter((row) => kept.has(row));
}

function pickNone(rows: readonly DatasetRow[], cap: number, random: Random): DatasetRow[] {
  const near = rows.filter((row) => row.candidate.weak?.kind === 'near_miss');
  const others = rows.filter((row) => row.candidate.weak?.kind !== 'near_miss');
  const half = Math.ceil(cap / 2);
  const fromNear = Math.min(near.length, Math.max(half, cap - others.length));
  return [...pick(near, fromNear, random), ...pick(others, cap - fromNear, random)];
}

function pick(rows: readonly DatasetRow[], most: number, random: Random): DatasetRow[] {
  if (rows.length <= most) return [...rows];
  return MOST_TRUSTED_FIRST.flatMap((source) =>
    random.shuffle(rows.filter((row) => row.source === source)),
  ).slice(0, most);
}

/**
 * How many valid windows each row stands for. The rows of a stratum stand together for all windows in it, labelled or
 * not, so that natural prevalence is estimated from the sample alone (a ratio estimate within strata: Särndal,
 * Swensson & Wretman 1992, 7.6). A row that the rule set never saw has an unknown chance and weighs 0.
 */
export function naturalWeights(rows: readonly DatasetRow[], population: Population): Float32Array {
  const sampled = new Map<string, number>();
  for (const row of rows) addToPopulation(sampled, row.split, row.candidate);
  return Float32Array.from(rows, ({ split, candidate }) => {
    const key = stratumOf(split, candidate);
    const present = sampled.get(key) ?? 0;
    const own = candidate.weak?.naturalWeight ?? 0;
    return present > 0 ? (own * (population.get(key) ?? 0)) / present : 0;
  });
}

/** Share of each class among the training rows, and among the windows that they stand for. */
export function classPriors(
  rows: readonly DatasetRow[],
  weights: Float32Array,
): { train: number[]; natural: number[] } {
  const train = CLASS_IDS.map(() => 0);
  const natural = CLASS_IDS.map(() => 0);
  for (const [i, row] of rows.entries()) {
    if (row.split !== 'train') continue;
    train[classIndex(row.label)] += 1;
    natural[classIndex(row.label)] += weights[i];
  }
  return { train: shares(train), natural: shares(natural.some((weight) => weight > 0) ? natural : train) };
}

function shares(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (total > 0 ? count / total : 0));
}

/** Rows of each split by class, in the order of the class map. */
export function countRows(rows: readonly DatasetRow[]): Record<string, number[]> {
  const counts: Record<string, number[]> = {};
  for (const split of SPLITS) counts[split] = CLASS_IDS.map(() => 0);
  for (const row of rows) counts[row.split][classIndex(row.label)] += 1;
  return counts;
}

/** A sentence for each split and class that has too little to be learnt or measured. */
export function missingRows(
  counts: Readonly<Record<string, readonly number[]>>,
  policy: DatasetPolicy,
): string[] {
  const notes: string[] = [];
  for (const split of SPLITS) {
    if (split === 'unseen' && policy.unseenSymbols.length === 0) continue;
    const rows = counts[split];
    if (rows.every((count) => count === 0)) {
      notes.push(`The ${SPLIT_WORDS[split]} split is empty: its figures will be missing.`);
      continue;
    }
    const few = CLASS_IDS.filter((id) => rows[classIndex(id)] < FEW && capOf(id, policy) > 0);
    if (few.length > 0)
      notes.push(`The ${SPLIT_WORDS[split]} split has few rows of ${few.map(say(rows)).join(', ')}.`);
  }
  return notes;
}

const say = (rows: readonly number[]) => (id: ClassId) =>
  `${CLASS_FACTS[id].name.toLowerCase()} (${rows[classIndex(id)]})`;

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
