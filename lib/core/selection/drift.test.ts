import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../random.ts';
import { driftScores } from './drift.ts';
import { findRegions } from './regions.ts';

const DIMENSION = 4;
/** A unit vector near an axis. */
function near(axis: number, random: { normal(): number }): number[] {
  const vector = Array.from({ length: DIMENSION }, (_, d) => (d === axis ? 1 : 0) + 0.05 * random.normal());
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}
const cloud = (counts: readonly number[], seed: number) => {
  const random = createRandom(seed);
  return Float32Array.from(
    counts.flatMap((count, axis) => Array.from({ length: count }, () => near(axis, random)).flat()),
  );
};

describe('regions', () => {
  test('find groups of directions that lie apart', () => {
    const { regionOf, centres } = findRegions(cloud([50, 50, 50, 50], 1), DIMENSION, 8, 20, createRandom(1));
    for (let group = 0; group < 4; group++) {
      const own = new Set(regionOf.subarray(group * 50, group * 50 + 50));
      for (let other = 0; other < group; other++)
        for (const region of regionOf.subarray(other * 50, other * 50 + 50))
          expect(own.has(region)).toBe(false);
    }
    for (let from = 0; from < centres.length; from += DIMENSION)
      expect(Math.hypot(...centres.subarray(from, from + DIMENSION))).toBeCloseTo(1, 5);
  });

  test('have every vector in the region of its nearest centre, and more passes make none worse', () => {
    const counts = fc.tuple(...Array.from({ length: DIMENSION }, () => fc.integer({ min: 1, max: 15 })));
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 6 }), fc.integer(), (groups, count, seed) => {
        const vectors = cloud(groups, 7);
        const cosines = (passes: number) => {
          const { centres, regionOf } = findRegions(vectors, DIMENSION, count, passes, createRandom(seed));
          let sum = 0;
          for (const [row, region] of regionOf.entries()) {
            const dot = (at: number) =>
              vectors
                .subarray(row * DIMENSION, (row + 1) * DIMENSION)
                .reduce((total, value, d) => total + value * centres[at * DIMENSION + d], 0);
            for (let other = 0; other < centres.length / DIMENSION; other++)
              expect(dot(other)).toBeLessThanOrEqual(dot(region) + 1e-5);
            sum += dot(region);
          }
          return sum;
        };
        expect(cosines(10)).toBeGreaterThanOrEqual(cosines(1) - 1e-4);
      }),
      { numRuns: 40 },
    );
  });

  test('of no vectors are refused', () => {
    expect(() => findRegions(new Float32Array(0), DIMENSION, 3, 3, createRandom(1))).toThrow('at least one');
  });
});

describe('drift', () => {
  test('is ln(p / q) of the region: highest where new windows lie and no label does, below 0 where labels abound', () => {
    const fresh = cloud([40, 40, 20, 0], 2);
    const labelled = cloud([60, 20, 0, 20], 3);
    const scores = driftScores(fresh, labelled, DIMENSION, createRandom(1));
    const mean = (from: number, to: number) =>
      scores.subarray(from, to).reduce((sum, score) => sum + score, 0) / (to - from);
    // 0.4 against 0.6, 0.4 against 0.2, 0.2 against nothing; several regions a group blur the first two a little.
    expect(mean(0, 40)).toBeLessThan(0);
    expect(mean(40, 80)).toBeGreaterThan(0.3);
    expect(mean(80, 100)).toBeGreaterThan(mean(40, 80));
  });

  test('has the population stability index as its mean difference over regions', () => {
    // Two regions exactly: p and q are known, and so is the index.
    const fresh = Float32Array.from([...Array(30).fill([1, 0]).flat(), ...Array(10).fill([0, 1]).flat()]);
    const labelled = Float32Array.from([...Array(10).fill([1, 0]).flat(), ...Array(30).fill([0, 1]).flat()]);
    for (let seed = 0; seed < 5; seed++) {
      const scores = driftScores(fresh, labelled, 2, createRandom(seed));
      const regions = new Set(scores).size;
      expect(regions).toBeLessThanOrEqual(2);
      expect(scores[0]).toBeGreaterThan(0);
      expect(scores[39]).toBeLessThan(0);
      expect(scores[0]).toBeCloseTo(-scores[39], 10);
    }
  });

  test('cannot be told without labels', () => {
    expect([...driftScores(cloud([3, 0, 0, 0], 1), new Float32Array(0), DIMENSION, createRandom(1))]).toEqual(
      Array(3).fill(Number.NaN),
    );
    expect(driftScores(new Float32Array(0), cloud([3, 0, 0, 0], 1), DIMENSION, createRandom(1))).toHaveLength(
      0,
    );
  });
});
