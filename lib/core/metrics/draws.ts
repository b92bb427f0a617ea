import type { Random } from '../random.ts';

export interface DrawOptions {
  /** One a row, ≥ 0; multiplied with the draws'. 1 where left out. */
  readonly weights?: ArrayLike<number>;
  /** How many draws; 1000 by default. */
  readonly samples?: number;
}

const SAMPLES = 1000;

/**
 * Row weights of a cluster bootstrap (Efron & Tibshirani 1993, ch. 13): rows of one event stand and fall together, so
 * whole groups are drawn, with replacement, as many as there are.
 * @param groups group of each row, any values
 * @yields weights, one a row; the array is reused, so nobody may keep it. Nothing where there are no rows
 */
export function* drawGroups(
  groups: ArrayLike<number | string>,
  random: Random,
  { weights, samples = SAMPLES }: DrawOptions = {},
): Generator<Float64Array> {
  const ids = new Map<number | string, number>();
  const groupOf = Uint32Array.from({ length: groups.length }, (_, i) => {
    const known = ids.get(groups[i]);
    if (known !== undefined) return known;
    ids.set(groups[i], ids.size);
    return ids.size - 1;
  });
  if (ids.size === 0) return;
  const draws = new Float64Array(ids.size);
  const drawn = new Float64Array(groups.length);
  for (let sample = 0; sample < samples; sample++) {
    draws.fill(0);
    for (let i = 0; i < ids.size; i++) draws[random.int(ids.size)]++;
    for (let i = 0; i < drawn.length; i++) drawn[i] = draws[groupOf[i]] * (weights ? weights[i] : 1);
    yield drawn;
  }
}
