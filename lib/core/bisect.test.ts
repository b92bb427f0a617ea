import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bisect } from './bisect.ts';

it('finds where ascending values pass a bound, as a look at each of them does', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 30 })),
      fc.integer({ min: -1, max: 31 }),
      (values, bound) => {
        const sorted = Float64Array.from(values).sort();
        const passed = sorted.findIndex((value) => value > bound);
        expect(bisect(sorted.length, (i) => sorted[i] > bound)).toBe(passed < 0 ? sorted.length : passed);
      },
    ),
  );
});
