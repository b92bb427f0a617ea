import type { Random } from '../random.ts';
import { type DrawOptions, drawGroups } from './draws.ts';
import { type Interval, percentileInterval } from './interval.ts';

/** Figures of one model under row weights; null where they cannot be told. It must not keep the array. */
export type Measure = (weights: Float64Array) => readonly (number | null)[];

/** One figure of two models on the same rows. */
export interface PairedFigure {
  readonly first: number | null;
  readonly firstInterval: Interval | null;
  readonly second: number | null;
  readonly secondInterval: Interval | null;
  /** first - second. */
  readonly difference: number | null;
  readonly differenceInterval: Interval | null;
}

/**
 * Figures of two models and of their difference, each with a 95 % percentile interval, by a paired cluster bootstrap
 * (Efron & Tibshirani 1993, ch. 8 and 13): each draw of events weighs the rows of both models alike, so what makes a row
 * hard for both of them cancels in the difference.
 * @param groups event of each row, any values
 * @param first,second measure the same figures in the same order
 * @returns one entry a figure; a draw in which either model's figure is null does not count for the difference
 */
export function pairedBootstrap(
  groups: ArrayLike<number | string>,
  first: Measure,
  second: Measure,
  random: Random,
  options: DrawOptions = {},
): PairedFigure[] {
  const base = Float64Array.from({ length: groups.length }, (_, i) => options.weights?.[i] ?? 1);
  const [one, two] = [first(base), second(base)];
  if (one.length !== two.length)
    throw new Error(
      `paired bootstrap: ${one.length} figures of the first model, ${two.length} of the second`,
    );
  const drawn = one.map(() => ({
    first: [] as number[],
    second: [] as number[],
    difference: [] as number[],
  }));
  let draws = 0;
  for (const weights of drawGroups(groups, random, options)) {
    draws++;
    const [a, b] = [first(weights), second(weights)];
    for (const [i, values] of drawn.entries()) {
      const [x, y] = [a[i], b[i]];
      if (x !== null) values.first.push(x);
      if (y !== null) values.second.push(y);
      if (x !== null && y !== null) values.difference.push(x - y);
    }
  }
  return drawn.map((values, i) => ({
    first: one[i],
    firstInterval: percentileInterval(values.first, draws),
    second: two[i],
    secondInterval: percentileInterval(values.second, draws),
    difference: subtract(one[i], two[i]),
    differenceInterval: percentileInterval(values.difference, draws),
  }));
}

const subtract = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? null : a - b;
