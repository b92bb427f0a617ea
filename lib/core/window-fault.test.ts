import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE, randomBars } from './fixtures/random-bars.ts';
import { CONTINUOUS_MARKET, findSegments, markValidWindows, segmentAt } from './segment.ts';
import { findWindowFault, windowFaultWords } from './window-fault.ts';

function stamps(count: number, steps: Record<number, number> = {}): Float64Array {
  const ts = new Float64Array(count);
  for (let i = 1; i < count; i++) ts[i] = ts[i - 1] + (steps[i] ?? 1) * MINUTE;
  return ts;
}

function faultAt(ts: Float64Array, t: number) {
  const segments = findSegments(ts, MINUTE, CONTINUOUS_MARKET);
  return findWindowFault((bar) => ts[bar], MINUTE, segmentAt(segments, t), CONTINUOUS_MARKET, t);
}

describe('a window fault', () => {
  it('is there exactly where the scan has no valid window', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
        const { ts } = randomBars(seed, 1500);
        const valid = new Uint8Array(ts.length);
        for (const segment of findSegments(ts, MINUTE, CONTINUOUS_MARKET)) {
          markValidWindows(ts, MINUTE, segment, CONTINUOUS_MARKET, segment.from, segment.to, valid);
        }
        const faultless = valid.map((_, t) => (faultAt(ts, t) === null ? 1 : 0));
        expect(faultless).toEqual(valid);
      }),
      { numRuns: 20 },
    );
  });

  it('counts the bars that are missing at the start of a segment', () => {
    const ts = stamps(300, { 100: 65 });
    expect(faultAt(ts, 97)).toMatchObject({ kind: 'early', before: 97, needed: 128 });
    expect(windowFaultWords(faultAt(ts, 101)!)).toBe(
      'only 1 bar lies before it since 1970-01-01 02:44, where the series or a part of it begins, and 128 are needed',
    );
  });

  it('names the last gap that is too long', () => {
    const fault = faultAt(stamps(400, { 240: 3, 260: 4.5 }), 300);
    expect(fault).toMatchObject({ kind: 'gap', bars: 4.5, most: 2.5 });
    expect(windowFaultWords(fault!)).toBe(
      'among its 64 bars is a gap of 4.5 timeframes, from 1970-01-01 04:21 to 1970-01-01 04:25, and at most 2.5 are allowed',
    );
    expect(faultAt(stamps(400, { 240: 3, 260: 4.5 }), 260 + 63)).toBeNull();
  });
});
