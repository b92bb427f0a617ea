import { quantileSorted } from '../quantile.ts';
import type { Random } from '../random.ts';

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
 * 95 % percentile interval of a statistic by bootstrap over groups (Efron & Tibshirani 1993, ch. 13; cluster
 * bootstrap): rows of one event stand and fall together, so groups are drawn, not rows.
 * @param groups group of each row, any values
 * @param statistic of the rows under the weights it is given; null draws (a class lost its rows) are left out. It must
 *   not keep the array, which is reused
 * @param options weights multiply the draws' (1 where left out); samples is the number of draws, 1000 by default
 * @returns null where fewer than half of the draws gave a number
 */
export function bootstrapInterval(
  groups: ArrayLike<number | string>,
  statistic: (weights: Float64Array) => number | null,
  random: Random,
  options: { weights?: ArrayLike<number>; samples?: number } = {},
): Interval | null {
  const { weights, samples = 1000 } = options;
  const ids = new Map<number | string, number>();
  const groupOf = Uint32Array.from({ length: groups.length }, (_, i) => {
    const known = ids.get(groups[i]);
    if (known !== undefined) return known;
    ids.set(groups[i], ids.size);
    return ids.size - 1;
  });
  if (ids.size === 0) return null;
  const draws = new Float64Array(ids.size);
  const drawn = new Float64Array(groups.length);
  const values: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    draws.fill(0);
    for (let i = 0; i < ids.size; i++) draws[random.int(ids.size)]++;
    for (let i = 0; i < drawn.length; i++) drawn[i] = draws[groupOf[i]] * (weights ? weights[i] : 1);
    const value = statistic(drawn);
    if (value !== null) values.push(value);
  }
  if (values.length * 2 < samples) return null;
  values.sort((a, b) => a - b);
  return { low: quantileSorted(values, 0.025), high: quantileSorted(values, 0.975) };
}
