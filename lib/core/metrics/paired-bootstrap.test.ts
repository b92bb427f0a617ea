import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { headlineMeasure, headlineOf } from './headline.ts';
import type { Interval } from './interval.ts';
import { pairedBootstrap } from './paired-bootstrap.ts';

interface Expected {
  first: number | null;
  second: number | null;
  difference: number | null;
  firstInterval: [number, number] | null;
  secondInterval: [number, number] | null;
  differenceInterval: [number, number] | null;
}
interface Fixture {
  actual: number[];
  event: number[];
  weights: number[];
  probabilities: [number[], number[]];
  pole: (number | null)[];
  guesses: [number[], number[]];
  picks: number[];
  draws: number;
  cases: { sampled: Expected[]; natural: Expected[] };
}
const fixture: Fixture = JSON.parse(readFileSync(new URL('fixtures/paired.json', import.meta.url), 'utf8'));
const CLASSES = 5;

const measureOf = (model: 0 | 1) =>
  headlineMeasure({
    actual: fixture.actual,
    probabilities: { values: fixture.probabilities[model], classes: CLASSES },
    poleActual: Float64Array.from(fixture.pole, (pole) => pole ?? Number.NaN),
    polePredicted: fixture.guesses[model],
  });

/** Draws what the fixture's script drew. */
function samePicks() {
  let at = 0;
  return { ...createRandom(1), int: () => fixture.picks[at++] };
}

const ends = (interval: Interval | null) => (interval ? [interval.low, interval.high] : []);

describe('pairedBootstrap', () => {
  it.each([
    { name: 'sampled', weights: undefined, expected: fixture.cases.sampled },
    { name: 'natural', weights: fixture.weights, expected: fixture.cases.natural },
  ])(
    'agrees with numpy and scikit-learn on both models and their difference, $name',
    ({ weights, expected }) => {
      const figures = pairedBootstrap(fixture.event, measureOf(0), measureOf(1), samePicks(), {
        ...(weights ? { weights } : {}),
        samples: fixture.draws,
      });
      expect(figures).toHaveLength(expected.length);
      for (const [i, figure] of figures.entries()) {
        const is = [figure.first, figure.second, figure.difference];
        const intervals = [figure.firstInterval, figure.secondInterval, figure.differenceInterval].flatMap(
          ends,
        );
        const { first, second, difference, firstInterval, secondInterval, differenceInterval } = expected[i];
        const wanted = [first, second, difference];
        const wantedEnds = [firstInterval, secondInterval, differenceInterval].flatMap((ends) => ends ?? []);
        expect(is.map((value) => value === null)).toEqual(wanted.map((value) => value === null));
        expect(intervals).toHaveLength(wantedEnds.length);
        for (const [at, value] of [...is, ...intervals].entries())
          expect(value ?? 0).toBeCloseTo([...wanted, ...wantedEnds][at] ?? 0, 10);
      }
    },
  );

  it('says nothing of a class with fewer than five rows', () => {
    const { f1 } = headlineOf(pairedBootstrap(fixture.event, measureOf(0), measureOf(1), createRandom(1)));
    expect(f1[4]).toEqual({
      first: null,
      second: null,
      difference: null,
      firstInterval: null,
      secondInterval: null,
      differenceInterval: null,
    });
    expect(f1[0].difference).not.toBeNull();
  });

  it('finds no difference between a model and itself, whatever their own intervals are', () => {
    const [macroF1] = pairedBootstrap(fixture.event, measureOf(0), measureOf(0), createRandom(1));
    expect(macroF1.differenceInterval).toEqual({ low: 0, high: 0 });
    expect((macroF1.firstInterval?.high ?? 0) - (macroF1.firstInterval?.low ?? 0)).toBeGreaterThan(0.05);
  });

  it('sees a difference that two separate intervals would hide', () => {
    const rows = 400;
    const hard = Float64Array.from({ length: rows }, (_, i) => (i % 2 === 0 ? 0 : 1));
    // Both fail on half of the rows; the second on a few more.
    const share = (right: (row: number) => number) => (weights: Float64Array) => {
      let [hits, total] = [0, 0];
      for (const [i, weight] of weights.entries()) {
        hits += weight * right(i);
        total += weight;
      }
      return [hits / total];
    };
    const worse = (row: number) => (row % 40 === 1 ? 0 : hard[row]);
    const [figure] = pairedBootstrap(
      Array.from(hard.keys()),
      share((row) => hard[row]),
      share(worse),
      createRandom(3),
    );
    expect(figure.differenceInterval?.low).toBeGreaterThan(0);
    expect(figure.firstInterval?.low).toBeLessThan(figure.secondInterval?.high ?? 0);
  });

  it('is the same for the same seed, and refuses models that are measured by different figures', () => {
    const draw = () =>
      pairedBootstrap(fixture.event, measureOf(0), measureOf(1), createRandom(9), { samples: 50 });
    expect(draw()).toEqual(draw());
    expect(() =>
      pairedBootstrap(
        [1],
        () => [1],
        () => [1, 2],
        createRandom(1),
      ),
    ).toThrow('1 figures of the first model, 2 of the second');
  });

  it('has no interval without rows', () => {
    const [figure] = pairedBootstrap(
      [],
      () => [null],
      () => [null],
      createRandom(1),
    );
    expect(figure).toMatchObject({ difference: null, differenceInterval: null });
  });
});
