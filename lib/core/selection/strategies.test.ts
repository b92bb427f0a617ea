import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { disagreements } from './disagreement.ts';
import { createFarthestFirst } from './farthest-first.ts';
import { drawByLot, lotThreshold } from './lots.ts';
import { rankHighest, rankLowest } from './rank.ts';
import { fuseRankings } from './rank-fusion.ts';
import { margins } from './uncertainty.ts';

interface Fixture {
  classes: number;
  dimension: number;
  probabilities: number[];
  labels: number[];
  margins: number[];
  disagreements: (number | null)[];
  leastMargin: number[];
  pool: number[];
  centres: number[];
  picksFromCentres: number[];
  picksFromNothing: number[];
  radius: number;
  radiusOfKmeansPlusPlus: number;
  rankings: number[][];
  scores: number[];
}
const fixture = JSON.parse(
  readFileSync(new URL('./fixtures/selection.json', import.meta.url), 'utf8'),
) as Fixture;
const probabilities = Float32Array.from(fixture.probabilities);
const pool = Float32Array.from(fixture.pool);
const centres = Float32Array.from(fixture.centres);
const { classes, dimension } = fixture;

describe('uncertainty', () => {
  it('is numpy’s margin of the two highest probabilities, and ranks the least first', () => {
    const found = margins(probabilities, classes);
    found.forEach((margin, row) => {
      expect(margin).toBeCloseTo(fixture.margins[row], 6);
    });
    expect([...rankLowest(found)]).toEqual(fixture.leastMargin);
  });

  it('leaves out rows that are not known', () => {
    const some = Float32Array.of(0.5, 0.5, Number.NaN, Number.NaN, 0.75, 0.25);
    expect([...margins(some, 2)]).toEqual([0, Number.NaN, 0.5]);
    expect([...rankLowest(margins(some, 2))]).toEqual([0, 2]);
  });
});

describe('disagreement', () => {
  it('is numpy’s difference between the class that the model takes and the label', () => {
    const found = disagreements(probabilities, classes, fixture.labels);
    found.forEach((value, row) => {
      const expected = fixture.disagreements[row];
      if (expected === null) expect(value).toBeNaN();
      else expect(value).toBeCloseTo(expected, 6);
    });
  });

  it('ranks the firmest contradiction first and leaves out rows that agree or are not known', () => {
    const some = Float32Array.of(0.6, 0.4, 0.9, 0.1, Number.NaN, Number.NaN, 0.2, 0.8);
    expect([...rankHighest(disagreements(some, 2, [1, 1, 1, 1]))]).toEqual([1, 0]);
  });
});

describe('farthest-first', () => {
  const picks = (from: Float32Array, count: number) => [
    ...createFarthestFirst(pool, from, dimension, count).finish(),
  ];

  it('picks what a traversal by the definition picks, with scikit-learn’s distances', () => {
    expect(picks(centres, 20)).toEqual(fixture.picksFromCentres);
    expect(picks(new Float32Array(0), 20)).toEqual(fixture.picksFromNothing);
  });

  it('covers the pool at least as closely as k-means++ seeding does', () => {
    expect(fixture.radius).toBeLessThan(fixture.radiusOfKmeansPlusPlus);
    expect(radiusOf(picks(new Float32Array(0), 20))).toBeCloseTo(fixture.radius, 5);
  });

  it('picks the same in pieces, each farther in than the one before, none twice', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 9 }), (count, piece) => {
        const whole = picks(centres, count);
        const inPieces = createFarthestFirst(pool, centres, dimension, count);
        while (inPieces.advance(piece) < inPieces.total);
        expect([...inPieces.finish()]).toEqual(whole);
        expect(new Set(whole).size).toBe(count);
        const radii = whole.map((_, i) => radiusOf(whole.slice(0, i + 1)));
        expect(radii).toEqual([...radii].sort((a, b) => b - a));
      }),
      { numRuns: 30 },
    );
  });

  it('ends where the rest of the pool repeats what is there', () => {
    const twice = Float32Array.of(1, 0, 0, 1, 1, 0, 0, 1);
    expect([...createFarthestFirst(twice, new Float32Array(0), 2, 4).finish()]).toEqual([0, 1]);
    expect([...createFarthestFirst(twice, Float32Array.of(1, 0), 2, 4).finish()]).toEqual([1]);
    expect([...createFarthestFirst(new Float32Array(0), centres, 2, 4).finish()]).toEqual([]);
  });

  /** The largest distance, 1 - cosine, of a vector of the pool from its nearest pick. */
  function radiusOf(chosen: number[]): number {
    let radius = 0;
    for (let i = 0; i < pool.length; i += dimension) {
      const dots = chosen.map((pick) => {
        let dot = 0;
        for (let d = 0; d < dimension; d++) dot += pool[i + d] * pool[pick * dimension + d];
        return dot;
      });
      radius = Math.max(radius, 1 - Math.max(...dots));
    }
    return radius;
  }
});

describe('fused rankings', () => {
  it('score as the formula does in Python', () => {
    fuseRankings(fixture.rankings, fixture.scores.length).forEach((score, item) => {
      expect(score).toBeCloseTo(fixture.scores[item], 12);
    });
  });
});

describe('the random share', () => {
  const lots = fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { maxLength: 200 });

  it('is every window whose lot is below the threshold, in the order of lots', () => {
    fc.assert(
      fc.property(lots, fc.double({ min: 0, max: 1, noNaN: true }), (values, threshold) => {
        const all = Float64Array.from(values);
        const drawn = [...drawByLot(all, threshold)].map((i) => all[i]);
        expect(drawn).toEqual(values.filter((lot) => lot < threshold).sort((a, b) => a - b));
      }),
    );
  });

  it('has what the mix gives it of all places, whether the others take everything or little', () => {
    expect(lotThreshold(0.2, 1_000, 1_000)).toBeCloseTo(0.2, 12);
    const threshold = lotThreshold(0.2, 30, 1_000);
    const random = threshold * 1_000;
    expect(random / (random + (1 - threshold) * 30)).toBeCloseTo(0.2, 12);
    expect(lotThreshold(0, 30, 1_000)).toBe(0);
    expect(lotThreshold(1, 0, 1_000)).toBe(1);
    expect(lotThreshold(0.5, 0, 1_000)).toBe(1);
  });
});
