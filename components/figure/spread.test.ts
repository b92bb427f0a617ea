import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spread } from './spread.ts';

describe('spread', () => {
  it('leaves marks where they are wanted when they are far enough apart', () => {
    expect(spread([40, 10, 25], 12, 0, 100)).toEqual([40, 10, 25]);
  });

  it('moves crowded marks apart around their own middle, in the order in which they are wanted', () => {
    expect(spread([51, 50, 49], 10, 0, 100)).toEqual([60, 50, 40]);
    expect(spread([50, 50, 90], 10, 0, 100)).toEqual([45, 55, 90]);
  });

  it('pushes a crowd at an edge inwards', () => {
    expect(spread([100, 99, 20], 10, 0, 100)).toEqual([100, 90, 20]);
    expect(spread([0, 0, 1], 10, 0, 100)).toEqual([0, 10, 20]);
  });

  it('keeps gap, order and bounds wherever the marks fit, and pushes no mark further than its neighbours need', () => {
    const places = fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(places, (wanted) => {
        const placed = spread(wanted, 12, 0, 300);
        const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b]);
        // What is left of the wish of a crowd's first marks: to the right, or they would stand elsewhere; of a whole crowd: none.
        let pull = 0;
        order.forEach((mark, i) => {
          const toNext =
            i + 1 < order.length ? placed[order[i + 1]] - placed[mark] : Number.POSITIVE_INFINITY;
          expect(toNext).toBeGreaterThanOrEqual(12 - 1e-9);
          pull += wanted[mark] - placed[mark];
          const atEdge = placed[order[0]] < 1e-9 || placed[order[order.length - 1]] > 300 - 1e-9;
          if (atEdge) return;
          expect(pull).toBeGreaterThanOrEqual(-1e-6);
          if (toNext > 12 + 1e-6) {
            expect(pull).toBeCloseTo(0, 6);
            pull = 0;
          }
        });
        expect(placed[order[0]]).toBeGreaterThanOrEqual(-1e-9);
        expect(placed[order[order.length - 1]]).toBeLessThanOrEqual(300 + 1e-9);
      }),
    );
  });
});
