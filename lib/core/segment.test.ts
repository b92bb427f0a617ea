import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE, randomBars } from './fixtures/random-bars.ts';
import { CONTINUOUS_MARKET, findSegments, markValidWindows, segmentAt } from './segment.ts';
import { WINDOW_BARS } from './window.ts';

/** Stamps of `count` bars with the given steps (in minutes) before some of them. */
function stamps(count: number, steps: Record<number, number> = {}): Float64Array {
  const ts = new Float64Array(count);
  for (let i = 1; i < count; i++) ts[i] = ts[i - 1] + (steps[i] ?? 1) * MINUTE;
  return ts;
}

function validWindows(ts: Float64Array): number[] {
  const out = new Uint8Array(ts.length).fill(7);
  for (const segment of findSegments(ts, MINUTE, CONTINUOUS_MARKET)) {
    markValidWindows(ts, MINUTE, segment, CONTINUOUS_MARKET, segment.from, segment.to, out);
  }
  expect(out).not.toContain(7);
  return [...out.keys()].filter((t) => out[t] === 1);
}

describe('segments', () => {
  it('end where a gap is longer than 64 timeframes, and not where it is exactly that', () => {
    expect(findSegments(stamps(10, { 4: 64, 7: 64.1 }), MINUTE, CONTINUOUS_MARKET)).toEqual([
      { from: 0, to: 7 },
      { from: 7, to: 10 },
    ]);
    expect(findSegments(new Float64Array(0), MINUTE, CONTINUOUS_MARKET)).toEqual([]);
  });

  it('are found again by any of their bars', () => {
    const segments = findSegments(stamps(90, { 10: 99, 11: 99, 60: 99 }), MINUTE, CONTINUOUS_MARKET);
    for (let t = 0; t < 90; t++) {
      const { from, to } = segmentAt(segments, t);
      expect(from <= t && t < to).toBe(true);
    }
    expect(() => segmentAt(segments, 90)).toThrow('bar 90 lies in no segment (bars 0 to 89)');
  });
});

describe('a valid window', () => {
  it('ends no earlier than 128 bars into its segment', () => {
    expect(validWindows(stamps(131))).toEqual([128, 129, 130]);
    expect(validWindows(stamps(230, { 100: 70 }))).toEqual([228, 229]);
  });

  it('holds no gap over 2.5 timeframes between two of its bars, while one before its first bar does not matter', () => {
    const before = 150;
    const valid = validWindows(stamps(300, { [before]: 3 }));
    expect(valid).toContain(before - 1);
    expect(valid).not.toContain(before);
    expect(valid).not.toContain(before + WINDOW_BARS - 2);
    expect(valid).toContain(before + WINDOW_BARS - 1);
    expect(validWindows(stamps(300, { [before]: 2.5 }))).toContain(before);
  });

  it('is the same whichever pieces it is marked in', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9999 }), fc.integer({ min: 1, max: 499 }), (seed, cut) => {
        const { ts } = randomBars(seed, 500);
        const whole = validWindows(ts);
        const out = new Uint8Array(500);
        for (const segment of findSegments(ts, MINUTE, CONTINUOUS_MARKET)) {
          const { from, to } = segment;
          const middle = Math.min(to, Math.max(from, cut));
          markValidWindows(ts, MINUTE, segment, CONTINUOUS_MARKET, from, middle, out);
          markValidWindows(ts, MINUTE, segment, CONTINUOUS_MARKET, middle, to, out);
        }
        expect([...out.keys()].filter((t) => out[t] === 1)).toEqual(whole);
      }),
    );
  });
});
