import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { sampleStratified, volatilityTimeStrata } from './stratified-sample.ts';

const DAY = 86_400_000;

describe('a stratified sample', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 });

  it('holds distinct bars in order, as many as asked for, at least one of each stratum', () => {
    fc.assert(
      fc.property(
        sizes,
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 0, max: 999 }),
        (counts, size, seed) => {
          const strata = Int32Array.from(counts.flatMap((count, s) => new Array<number>(count).fill(s)));
          createRandom(seed)
            .shuffle([...strata])
            .forEach((stratum, i) => {
              strata[i] = stratum;
            });
          const population = Int32Array.from(strata, (_, i) => i * 3);
          const { bars, inclusionProbability } = sampleStratified(
            population,
            strata,
            size,
            createRandom(seed),
          );
          const atLeastOneEach = new Set([...bars].map((bar) => strata[bar / 3]));
          expect(atLeastOneEach.size).toBe(counts.length);
          expect(bars.length).toBeGreaterThanOrEqual(Math.min(size, population.length));
          expect(bars.length).toBeLessThanOrEqual(Math.max(size, counts.length) + counts.length);
          expect([...bars]).toEqual([...new Set(bars)].sort((a, b) => a - b));
          const stoodFor = inclusionProbability.reduce((sum, p) => sum + 1 / p, 0);
          expect(stoodFor).toBeCloseTo(population.length, 6);
        },
      ),
    );
  });

  it('is the same for the same seed and another for another', () => {
    const population = Int32Array.from({ length: 500 }, (_, i) => i);
    const strata = population.map((i) => i % 7);
    const sample = (seed: number) => sampleStratified(population, strata, 50, createRandom(seed)).bars;
    expect(sample(1)).toEqual(sample(1));
    expect(sample(1)).not.toEqual(sample(2));
  });

  it('takes each bar as often as its inclusion probability says', () => {
    const population = Int32Array.from({ length: 40 }, (_, i) => i);
    const strata = population.map((i) => (i < 4 ? 0 : 1));
    const chosen = new Float64Array(40);
    const claimed = new Float64Array(40);
    const rounds = 4000;
    for (let seed = 0; seed < rounds; seed++) {
      const { bars, inclusionProbability } = sampleStratified(population, strata, 10, createRandom(seed));
      bars.forEach((bar, i) => {
        chosen[bar]++;
        claimed[bar] = inclusionProbability[i];
      });
    }
    expect(claimed[0]).toBe(0.25);
    // Five standard errors of a share of 4,000.
    for (let i = 0; i < 40; i++) {
      const error = Math.sqrt((claimed[i] * (1 - claimed[i])) / rounds);
      expect(Math.abs(chosen[i] / rounds - claimed[i])).toBeLessThan(5 * error);
    }
  });

  it('is empty where nothing is asked for or there is nothing', () => {
    expect(sampleStratified(Int32Array.of(1, 2), Int32Array.of(0, 0), 0, createRandom(1)).bars.length).toBe(
      0,
    );
    expect(sampleStratified(new Int32Array(0), new Int32Array(0), 5, createRandom(1)).bars.length).toBe(0);
  });
});

describe('strata of none', () => {
  const days = 360;
  const ts = Float64Array.from({ length: days }, (_, i) => i * DAY);
  const volatility = Float64Array.from({ length: days }, (_, i) => i % 3);

  it('are a volatility tercile of a calendar month', () => {
    const strata = volatilityTimeStrata(ts, volatility, 1000);
    expect(new Set(strata).size).toBe(36);
    expect(strata[0]).not.toBe(strata[2]);
    expect(strata[0]).toBe(strata[30]);
    expect(strata[0]).not.toBe(strata[33]);
  });

  it('take longer periods where a month each would ask for more than half the sample', () => {
    expect(new Set(volatilityTimeStrata(ts, volatility, 60)).size).toBe(12);
    expect(new Set(volatilityTimeStrata(ts, volatility, 6)).size).toBe(3);
  });

  it('put unknown volatility with the calm', () => {
    const some = Float64Array.of(Number.NaN, 1, 2, 3);
    const strata = volatilityTimeStrata(new Float64Array(4), some, 100);
    expect(strata[0]).toBe(strata[1]);
    expect(strata[3]).not.toBe(strata[0]);
  });
});
