import { quantileSorted } from '../quantile.ts';
import type { Random } from '../random.ts';

/** Bars chosen from a population with the chance each had. */
export interface Sample {
  /** Ascending. */
  readonly bars: Int32Array;
  /** Aligned to `bars`: the probability with which that bar was to be chosen, above 0. */
  readonly inclusionProbability: Float64Array;
}

/**
 * A stratified random sample without replacement: every stratum gives its share of `size`, but at least one, so that
 * every bar of the population has a chance above 0 and sums over the sample divided by the chances estimate the sums
 * over the population without bias (Horvitz & Thompson 1952).
 * @param population ascending bars
 * @param strata aligned to `population`: any whole numbers
 * @param size how many to choose; exceeded only where there are more strata
 */
export function sampleStratified(
  population: Int32Array,
  strata: Int32Array,
  size: number,
  random: Random,
): Sample {
  const sizes = new Map<number, number>();
  for (const stratum of strata) sizes.set(stratum, (sizes.get(stratum) ?? 0) + 1);
  const quotas = allocate(sizes, Math.min(size, population.length));
  const left = new Map(sizes);
  const wanted = new Map(quotas);
  const bars: number[] = [];
  const chances: number[] = [];
  // Selection sampling (Knuth, The Art of Computer Programming 2, 3.4.2 S), one stratum interleaved with the others.
  for (let i = 0; i < population.length; i++) {
    const stratum = strata[i];
    const open = wanted.get(stratum) ?? 0;
    const rest = left.get(stratum) ?? 0;
    left.set(stratum, rest - 1);
    if (random.next() * rest >= open) continue;
    wanted.set(stratum, open - 1);
    bars.push(population[i]);
    chances.push((quotas.get(stratum) ?? 0) / (sizes.get(stratum) ?? 1));
  }
  return { bars: Int32Array.from(bars), inclusionProbability: Float64Array.from(chances) };
}

/** Shares of `size` proportional to the strata, largest remainders first, at least 1 for each. */
function allocate(sizes: ReadonlyMap<number, number>, size: number): Map<number, number> {
  const total = [...sizes.values()].reduce((sum, n) => sum + n, 0);
  const quotas = new Map<number, number>();
  const remainders: { stratum: number; remainder: number }[] = [];
  let given = 0;
  if (size <= 0) return quotas;
  for (const [stratum, n] of sizes) {
    const share = (size * n) / total;
    const quota = Math.max(1, Math.floor(share));
    quotas.set(stratum, quota);
    given += quota;
    if (share > quota) remainders.push({ stratum, remainder: share - quota });
  }
  remainders.sort((a, b) => b.remainder - a.remainder || a.stratum - b.stratum);
  for (const { stratum } of remainders) {
    if (given >= size) break;
    quotas.set(stratum, (quotas.get(stratum) ?? 0) + 1);
    given++;
  }
  return quotas;
}

/** Calendar periods in months, finest first. */
const PERIODS = [1, 3, 12, 120];

/**
 * Strata by volatility regime and time: tercile of `volatility` (ATR z; NaN with the calm) × calendar period. A plain
 * random sample of `none` can miss the rare loud weeks and clusters where the data happens to be dense; both are what a
 * model must not mistake for patterns. The period is a month, or a longer one where a series has so many months that
 * one window each would exceed half of `size`.
 */
export function volatilityTimeStrata(ts: Float64Array, volatility: Float64Array, size: number): Int32Array {
  const finite = volatility.filter((value) => !Number.isNaN(value)).sort();
  const [low, high] =
    finite.length > 0 ? [quantileSorted(finite, 1 / 3), quantileSorted(finite, 2 / 3)] : [0, 0];
  const months = Int32Array.from(ts, monthOf);
  const strata = new Int32Array(ts.length);
  for (const period of PERIODS) {
    const distinct = new Set<number>();
    for (let i = 0; i < ts.length; i++) {
      const tercile = volatility[i] > high ? 2 : volatility[i] > low ? 1 : 0;
      strata[i] = Math.floor(months[i] / period) * 3 + tercile;
      distinct.add(strata[i]);
    }
    if (distinct.size * 2 <= size) break;
  }
  return strata;
}

/** Calendar months since January of year 0, UTC. */
function monthOf(ts: number): number {
  const date = new Date(ts);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}
