import { quantileSorted } from '../quantile.ts';
import type { Random } from '../random.ts';
import { type DrawOptions, drawGroups } from './draws.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Standard normal quantile at 97.5 %. */
const Z_95 = 1.959963984540054;

/** 95 % score interval of a share (Wilson 1927); null without trials. */
export function wilsonInterval(successes: number, trials: number): Interval | null {
  if (trials === 0) return null;
  if (!(successes >= 0 && successes <= trials)) {
    throw new Error(`Wilson interval: ${successes} successes of ${trials} trials`);
  }
  const share = successes / trials;
  const z2 = Z_95 * Z_95;
  const centre = share + z2 / (2 * trials);
  const half = Z_95 * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials * trials));
  const scale = 1 + z2 / trials;
  return { low: Math.max(0, (centre - half) / scale), high: Math.min(1, (centre + half) / scale) };
}

/** Hits of trials. */
export interface Tally {
  readonly hits: number;
  readonly trials: number;
}

/** 95 % interval of first share − second share of two independent groups (Newcombe 1998, method 10); null without trials. */
export function differenceInterval(first: Tally, second: Tally): Interval | null {
  const one = wilsonInterval(first.hits, first.trials);
  const two = wilsonInterval(second.hits, second.trials);
  if (one === null || two === null) return null;
  const [p, q] = [first.hits / first.trials, second.hits / second.trials];
  return {
    low: p - q - Math.hypot(p - one.low, two.high - q),
    high: p - q + Math.hypot(one.high - p, q - two.low),
  };
}

/**
 * 95 % percentile interval of a statistic by bootstrap over groups of rows (draws.ts).
 * @param groups group of each row, any values
 * @param statistic of the rows under the weights it is given; null draws (a class lost its rows) are left out. It must
 *   not keep the array, which is reused
 * @returns null where fewer than half of the draws gave a number
 */
export function bootstrapInterval(
  groups: ArrayLike<number | string>,
  statistic: (weights: Float64Array) => number | null,
  random: Random,
  options: DrawOptions = {},
): Interval | null {
  const values: number[] = [];
  let draws = 0;
  for (const weights of drawGroups(groups, random, options)) {
    draws++;
    const value = statistic(weights);
    if (value !== null) values.push(value);
  }
  return percentileInterval(values, draws);
}

/**
 * 95 % percentile interval of what the draws of a bootstrap gave.
 * @param values sorted in place
 * @param draws how many there were
 * @returns null where fewer than half of them gave a number
 */
export function percentileInterval(values: number[], draws: number): Interval | null {
  if (values.length === 0 || values.length * 2 < draws) return null;
  values.sort((a, b) => a - b);
  return { low: quantileSorted(values, 0.025), high: quantileSorted(values, 0.975) };
}
