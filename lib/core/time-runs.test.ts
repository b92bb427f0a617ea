import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE, randomBars } from './fixtures/random-bars.ts';
import { barAtTs, findTimeRuns, tsOfBar } from './time-runs.ts';

describe('time runs', () => {
  it('give every bar its stamp and every stamp its bar again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
        const { ts } = randomBars(seed, 1500);
        const runs = findTimeRuns(ts, MINUTE);
        const bars = [...ts.keys()];
        expect(bars.map((bar) => tsOfBar(runs, bar))).toEqual([...ts]);
        expect(bars.map((bar) => barAtTs(runs, ts[bar]))).toEqual(bars);
        expect(runs.bars.length).toBeLessThan(50);
      }),
      { numRuns: 20 },
    );
  });

  it('give the last bar before a moment without one: in a gap, between two bars, after the end', () => {
    const runs = findTimeRuns(
      Float64Array.of(0, 1, 2, 10, 11).map((step) => step * MINUTE),
      MINUTE,
    );
    expect(runs).toMatchObject({ length: 5, bars: [0, 3], ts: [0, 10 * MINUTE] });
    const at = (step: number) => barAtTs(runs, step * MINUTE);
    expect([-1, 1.5, 2, 7, 9.9, 10, 10.5, 99].map(at)).toEqual([-1, 1, 2, 2, 2, 3, 3, 4]);
  });

  it('know no bars outside the series', () => {
    const runs = findTimeRuns(Float64Array.of(0, MINUTE), MINUTE);
    expect(() => tsOfBar(runs, 2)).toThrow('bar 2 of a series of 2 bars');
    expect(barAtTs(findTimeRuns(new Float64Array(0), MINUTE), 5)).toBe(-1);
  });
});
