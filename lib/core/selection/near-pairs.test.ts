import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { nearestPairs } from './near-pairs.ts';

const DIMENSION = 8;

/** Unit vectors about a few centres, so that some are near each other. */
function vectors(seed: number, count: number): Float32Array {
  const random = createRandom(seed);
  const all = new Float32Array(count * DIMENSION);
  for (let i = 0; i < count; i++) {
    const centre = Math.floor(random.next() * 3);
    let length = 0;
    for (let d = 0; d < DIMENSION; d++) {
      const value = (d % 3 === centre ? 1 : 0) + 0.25 * (random.next() - 0.5);
      all[i * DIMENSION + d] = value;
      length += value * value;
    }
    for (let d = 0; d < DIMENSION; d++) all[i * DIMENSION + d] /= Math.sqrt(length);
  }
  return all;
}

/** Every pair, by the cosine itself. */
function bruteForce(queries: Float32Array, others: Float32Array, threshold: number) {
  const found: { query: number; cosine: number }[] = [];
  for (let query = 0; query < queries.length / DIMENSION; query++) {
    let cosine = -1;
    for (let other = 0; other < others.length / DIMENSION; other++) {
      let dot = 0;
      for (let d = 0; d < DIMENSION; d++)
        dot += queries[query * DIMENSION + d] * others[other * DIMENSION + d];
      cosine = Math.max(cosine, dot);
    }
    if (cosine >= threshold) found.push({ query, cosine });
  }
  return found;
}

describe('pairs of vectors that are nearly one', () => {
  it('are those that comparing all with all finds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1e6 }),
        fc.double({ min: 0.9, max: 0.9999, noNaN: true }),
        async (seed, threshold) => {
          const [queries, others] = [vectors(seed, 60), vectors(seed + 1, 90)];
          const pairs = await nearestPairs(queries, others, DIMENSION, threshold, async () => undefined);
          const expected = bruteForce(queries, others, threshold);
          expect(pairs.map(({ query }) => query)).toEqual(expected.map(({ query }) => query));
          for (const [i, { cosine }] of pairs.entries()) expect(cosine).toBeCloseTo(expected[i].cosine, 6);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('are found where they are as far apart as they may be, all of it on one axis', async () => {
    const at = (angles: readonly number[]) =>
      Float32Array.from(angles.flatMap((angle) => [Math.cos(angle), Math.sin(angle)]));
    const others = at([-0.2, 0, 0.2]);
    const threshold = Math.cos(0.1);
    for (const [angle, match] of [
      [0.099, 1],
      [0.1005, 2],
      [-0.0995, 1],
      [0.3005, -1],
    ] as const) {
      const pairs = await nearestPairs(at([angle]), others, 2, threshold, async () => undefined);
      expect([angle, pairs.at(0)?.match ?? -1]).toEqual([angle, match]);
    }
  });

  it('find a vector in itself, and nothing among none', async () => {
    const all = vectors(3, 20);
    const pairs = await nearestPairs(all, all, DIMENSION, 0.9999, async () => undefined);
    expect(pairs.map(({ query }) => query)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(await nearestPairs(all, new Float32Array(), DIMENSION, 0.9, async () => undefined)).toEqual([]);
  });

  it('stops where its caller says so', async () => {
    const all = vectors(4, 600);
    const stopped = nearestPairs(all, all, DIMENSION, 0.9, async (done) => {
      if (done > 0) throw new Error(`stopped at ${done}`);
    });
    await expect(stopped).rejects.toThrow('stopped at 256');
  });
});
