import { describe, expect, it } from 'vitest';
import { quantileSorted } from './quantile.ts';

describe('quantileSorted', () => {
  it('agrees with numpy.quantile', () => {
    // numpy 2: np.quantile([0.1, 0.7, 1.3, 2.9, 11.0], [0, .005, .25, .3, .5, .61, .995, 1])
    const sorted = [0.1, 0.7, 1.3, 2.9, 11];
    const expected = [0.1, 0.112, 0.7, 0.82, 1.3, 2.004, 10.838, 11.0];
    [0, 0.005, 0.25, 0.3, 0.5, 0.61, 0.995, 1].forEach((q, i) => {
      expect(quantileSorted(sorted, q)).toBe(expected[i]);
    });
  });

  it('gives the only value for every quantile', () => {
    expect(quantileSorted([4], 0.3)).toBe(4);
  });

  it('refuses an empty array and a quantile outside 0 to 1', () => {
    expect(() => quantileSorted([], 0.5)).toThrow('no values');
    expect(() => quantileSorted([1], 1.01)).toThrow('1.01');
  });
});
