import { describe, expect, it } from 'vitest';
import { createRandom } from './random.ts';

describe('createRandom', () => {
  it('gives the same numbers for the same seed and others for another', () => {
    const take = (seed: number) => {
      const random = createRandom(seed);
      return Array.from({ length: 8 }, () => random.next());
    };
    expect(take(7)).toEqual(take(7));
    const firsts = [0, 1, -1, 2, 2 ** 32, 2 ** 32 + 1, 2 ** 40].map((seed) => take(seed)[0]);
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  it('spreads uniform numbers evenly over [0, 1)', () => {
    const random = createRandom(11);
    const bins = new Array<number>(16).fill(0);
    for (let i = 0; i < 160_000; i++) bins[Math.floor(random.next() * 16)]++;
    // Chi-square with 15 degrees of freedom: 37.7 is its 99.9 % quantile.
    const chiSquare = bins.reduce((sum, n) => sum + (n - 10_000) ** 2 / 10_000, 0);
    expect(chiSquare).toBeLessThan(37.7);
  });

  it('draws normals with mean 0, variance 1 and normal tails', () => {
    const random = createRandom(5);
    const n = 200_000;
    let sum = 0;
    let squares = 0;
    let beyondTwo = 0;
    for (let i = 0; i < n; i++) {
      const x = random.normal();
      sum += x;
      squares += x * x;
      if (Math.abs(x) > 2) beyondTwo++;
    }
    expect(Math.abs(sum / n)).toBeLessThan(0.01);
    expect(squares / n).toBeCloseTo(1, 1);
    expect(beyondTwo / n).toBeCloseTo(0.0455, 2);
  });

  it('shuffles in place without losing elements, each position equally likely', () => {
    const random = createRandom(3);
    const firstCounts = [0, 0, 0, 0];
    for (let i = 0; i < 20_000; i++) {
      const items = [0, 1, 2, 3];
      expect(random.shuffle(items)).toBe(items);
      expect(items.reduce((a, b) => a + b)).toBe(6);
      firstCounts[items[0]]++;
    }
    for (const n of firstCounts) expect(Math.abs(n - 5000)).toBeLessThan(250);
  });

  it('refuses bounds and arrays it cannot draw from', () => {
    const random = createRandom(1);
    expect(() => random.int(0)).toThrow('at least 1');
    expect(() => random.pick([])).toThrow('empty');
    expect(() => createRandom(Number.NaN)).toThrow('finite');
    expect([3, 3, 3]).toContain(random.pick([3]));
    for (let i = 0; i < 100; i++) expect(random.int(3)).toBeLessThan(3);
  });
});
