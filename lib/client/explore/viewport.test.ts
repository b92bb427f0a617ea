import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clampViewport,
  levelFor,
  placeToX,
  reveal,
  wholeSeries,
  widthOf,
  xToPlace,
  zoom,
} from './viewport.ts';

const view = fc
  .tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 0.1, max: 1e6, noNaN: true }))
  .map(([from, width]) => ({ from, to: from + width }));

describe('a viewport', () => {
  it('never leaves its series, and clamping it again changes nothing', () => {
    fc.assert(
      fc.property(view, fc.integer({ min: 1, max: 500_000 }), (given, bars) => {
        const clamped = clampViewport(given, bars);
        const width = widthOf(clamped);
        expect(width).toBeGreaterThanOrEqual(24 - 1e-6);
        expect(width).toBeLessThanOrEqual(Math.max(24, 1.5 * bars) + 1e-6);
        expect(clamped.from).toBeGreaterThanOrEqual(-width / 2 - 1e-6);
        expect(clamped.to).toBeLessThanOrEqual(bars + width / 2 + 1e-6);
        const again = clampViewport(clamped, bars);
        expect(again.from).toBeCloseTo(clamped.from, 4);
        expect(again.to).toBeCloseTo(clamped.to, 4);
      }),
    );
  });

  it('keeps the place it zooms about on its pixel', () => {
    fc.assert(
      fc.property(
        view,
        fc.double({ min: 0.2, max: 5, noNaN: true }),
        fc.integer({ min: 0, max: 1300 }),
        (given, factor, x) => {
          const at = xToPlace(given, x, 1300);
          expect(placeToX(zoom(given, factor, at), at, 1300)).toBeCloseTo(x, 3);
        },
      ),
    );
  });

  it('takes the finest level whose buckets are not too many', () => {
    fc.assert(
      fc.property(view, fc.integer({ min: 100, max: 2000 }), (given, buckets) => {
        const level = levelFor(given, buckets);
        expect(Math.log2(level) % 1).toBe(0);
        expect(widthOf(given) / level).toBeLessThanOrEqual(buckets);
        if (level > 1) expect(widthOf(given) / (level / 2)).toBeGreaterThan(buckets);
      }),
    );
    expect(levelFor(wholeSeries(500_000), 1000)).toBe(512);
  });

  it('moves only for a bar that is out of view or at its very edge', () => {
    const given = { from: 100, to: 200 };
    expect(reveal(given, 150)).toBe(given);
    expect(reveal(given, 400)).toEqual({ from: 325.5, to: 425.5 });
    expect(reveal(given, 199)).toEqual({ from: 124.5, to: 224.5 });
  });
});
