import type { Random } from '../random.ts';
import { findRegions } from './regions.ts';

/** Regions that windows are grouped into, and passes that find them. */
const REGIONS = 32;
const PASSES = 10;
/** Added to every count, so that a region without labels has a finite score. */
const PRIOR = 0.5;

/**
 * Where the market has gone and the labels have not: for each new window ln(p / q), p being the share of the new
 * windows that lie in its region and q the share of the labelled ones. It is the region's term of the population
 * stability index, (p - q)·ln(p / q), without the size of the region. Regions are found among both together
 * (regions.ts).
 * @param fresh unit vectors of the new windows, one after another
 * @param labelled likewise, of labelled windows of any time
 * @returns one a new window: above 0 where labels are too few, and the more so the fewer; NaN for all without labels
 */
export function driftScores(
  fresh: Float32Array,
  labelled: Float32Array,
  dimension: number,
  random: Random,
): Float64Array {
  const rows = fresh.length / dimension;
  if (labelled.length === 0 || rows === 0) return new Float64Array(rows).fill(Number.NaN);
  const all = new Float32Array(fresh.length + labelled.length);
  all.set(fresh);
  all.set(labelled, fresh.length);
  const { centres, regionOf } = findRegions(all, dimension, REGIONS, PASSES, random);
  const regions = centres.length / dimension;
  const p = sharesOf(regionOf.subarray(0, rows), regions);
  const q = sharesOf(regionOf.subarray(rows), regions);
  return Float64Array.from({ length: rows }, (_, row) => Math.log(p[regionOf[row]] / q[regionOf[row]]));
}

function sharesOf(regionOf: Int32Array, regions: number): Float64Array {
  const counts = new Float64Array(regions).fill(PRIOR);
  for (const region of regionOf) counts[region]++;
  const total = regionOf.length + PRIOR * regions;
  return counts.map((count) => count / total);
}
