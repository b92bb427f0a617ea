import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE, randomBars } from './fixtures/random-bars.ts';
import { allocateInputs, composeInputs, type ModelInputs } from './image/inputs.ts';
import { atrZ, computeLogAtr } from './indicator/atr-z.ts';
import { createRuleContext } from './rule/rule-context.ts';
import { DEFAULT_RULE_SET } from './rule/rule-set.ts';
import { explainAll } from './rule/rules.ts';
import { scanSeries } from './scan.ts';
import { CONTINUOUS_MARKET, segmentAt } from './segment.ts';
import { openSnapshot, takeSnapshot, takeStretch } from './snapshot.ts';
import { decodeSnapshot, encodeSnapshot } from './snapshot-codec.ts';

const OPTIONS = {
  timeframeMs: MINUTE,
  segmentSettings: CONTINUOUS_MARKET,
  ruleSet: DEFAULT_RULE_SET,
  lookbackDays: 'all',
  seed: 1,
} as const;

/** Any row will do: what is painted need only be the same. */
const QUANTISATION = { M: 0.02, rsiMean: 0.5, rsiStd: 0.15, drMean: 0, drStd: 0.05, p0_5: -2.5, p99_5: 2.5 };

/** Index of the first value that is not exactly the same (NaN is), or -1; quicker than comparing with toEqual. */
function firstDifference<T extends Float64Array | Float32Array | Uint8Array>(a: T, b: T): number {
  if (a.length !== b.length) return Math.min(a.length, b.length);
  return a.findIndex((value, i) => !Object.is(value, b[i]));
}

function expectSameInputs(own: ModelInputs, scan: ModelInputs): void {
  expect(firstDifference(own.images, scan.images)).toBe(-1);
  expect(own.aux).toEqual(scan.aux);
}

function scanned(seed: number) {
  const bars = randomBars(seed, 1200);
  return { bars, ...scanSeries(bars, OPTIONS) };
}

describe('a snapshot', () => {
  it('recomputes, after storing, the votes, indicators, z-scores and model inputs of the scan bit for bit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
        const { bars, segments, indicators, kept } = scanned(seed);
        const logAtr = new Float64Array(bars.length);
        computeLogAtr(indicators.atr, 0, bars.length, logAtr);
        for (const { t, votes } of kept) {
          const taken = takeSnapshot(bars, segmentAt(segments, t), indicators, t, MINUTE);
          const opened = openSnapshot(decodeSnapshot(encodeSnapshot(taken)));
          const context = createRuleContext(opened.bars, opened.indicators, 'off');
          expect(explainAll(context, opened.t, DEFAULT_RULE_SET)).toEqual(votes);
          const first = t - opened.t;
          for (const name of ['atr', 'ema', 'rsi'] as const) {
            const column = indicators[name].subarray(first, t + 1);
            expect(firstDifference(opened.indicators[name], column)).toBe(-1);
          }
          const ownLogAtr = new Float64Array(opened.bars.length);
          computeLogAtr(opened.indicators.atr, 0, ownLogAtr.length, ownLogAtr);
          expect(atrZ(ownLogAtr, opened.t)).toBe(atrZ(logAtr, t));
          const inputs = allocateInputs(2, 1);
          const own = allocateInputs(2, 1);
          composeInputs(inputs, 0, bars, indicators, t, QUANTISATION);
          composeInputs(own, 0, opened.bars, opened.indicators, opened.t, QUANTISATION);
          expectSameInputs(own, inputs);
          expect(opened.bars.ts[opened.windowStart]).toBe(bars.ts[t - 63]);
        }
      }),
      { numRuns: 10 },
    );
  });

  it('has 128 bars of warm-up and a state, or begins with its segment while indicators warm up there', () => {
    const { bars, segments, indicators } = scanned(7);
    const segment = segments.find(({ from, to }) => to - from > 260);
    if (segment === undefined) throw new Error('seed 7 makes no long segment');
    const take = (index: number) => takeSnapshot(bars, segment, indicators, segment.from + index, MINUTE);
    expect([take(128).bars.length, take(128).state]).toEqual([129, null]);
    expect([take(212).bars.length, take(212).state]).toEqual([213, null]);
    expect(take(213).bars.length).toBe(192);
    expect(take(213).state?.previousClose).toBe(bars.close[segment.from + 21]);
  });

  it('is refused where the segment has no 64 bars up to t', () => {
    const { bars, segments, indicators } = scanned(7);
    expect(() => takeSnapshot(bars, segments[0], indicators, 62, MINUTE)).toThrow('snapshot at bar 62');
  });
});

describe('a stretch', () => {
  it('recomputes the indicators and model inputs of all its windows bit for bit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 31 }),
        fc.integer({ min: 63, max: 400 }),
        fc.integer({ min: 1, max: 90 }),
        (seed, begin, count) => {
          const { bars, segments, indicators } = scanned(seed);
          const segment = segments.reduce((a, b) => (b.to - b.from > a.to - a.from ? b : a));
          const from = Math.min(segment.from + begin, segment.to - 1);
          const to = Math.min(from + count, segment.to);
          const stretch = takeStretch(bars, segment, indicators, from, to, MINUTE);
          const opened = openSnapshot(decodeSnapshot(encodeSnapshot(stretch)));
          const first = to - opened.bars.length;
          for (const name of ['atr', 'ema', 'rsi'] as const) {
            expect(firstDifference(opened.indicators[name], indicators[name].subarray(first, to))).toBe(-1);
          }
          const inputs = allocateInputs(2, 1);
          const own = allocateInputs(2, 1);
          for (let t = from; t < to; t++) {
            composeInputs(inputs, 0, bars, indicators, t, QUANTISATION);
            composeInputs(own, 0, opened.bars, opened.indicators, t - first, QUANTISATION);
            expectSameInputs(own, inputs);
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  it('is refused where it goes past its segment', () => {
    const { bars, segments, indicators } = scanned(7);
    const { to } = segments[0];
    expect(() => takeStretch(bars, segments[0], indicators, to - 3, to + 1, MINUTE)).toThrow(
      `snapshot at bars ${to - 3} to ${to}`,
    );
  });
});

describe('an encoded snapshot', () => {
  const { bars, segments, indicators } = scanned(11);
  const taken = takeSnapshot(bars, segmentAt(segments, 400), indicators, 400, MINUTE);

  it('is the same bytes again after decoding, whichever NaN stood for unknown taker volume', () => {
    const bytes = encodeSnapshot(taken);
    expect(encodeSnapshot(decodeSnapshot(bytes))).toEqual(bytes);
    const odd = decodeSnapshot(bytes);
    const bits = new BigUint64Array(odd.bars.takerBuyVolume.buffer);
    const unknown = [...odd.bars.takerBuyVolume.keys()].filter((i) =>
      Number.isNaN(odd.bars.takerBuyVolume[i]),
    );
    expect(unknown.length).toBeGreaterThan(0);
    for (const i of unknown) bits[i] = 0xfff8_0000_0000_0001n;
    expect(encodeSnapshot(odd)).toEqual(bytes);
  });

  it('is decoded wherever in its buffer it lies', () => {
    const bytes = encodeSnapshot(taken);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodeSnapshot(shifted.subarray(3))).toEqual(decodeSnapshot(bytes));
  });

  it('is refused with a reason when cut, of an unknown version, or something else', () => {
    const bytes = encodeSnapshot(taken);
    const changed = (at: number, value: number) => {
      const copy = bytes.slice();
      copy[at] = value;
      return copy;
    };
    expect(() => decodeSnapshot(bytes.subarray(0, 10))).toThrow(
      '10 bytes are less than the 24 of its header',
    );
    expect(() => decodeSnapshot(bytes.subarray(0, -1))).toThrow(/bytes for \d+ bars, expected/);
    expect(() => decodeSnapshot(changed(0, 0))).toThrow('do not begin with "HYSN"');
    expect(() => decodeSnapshot(changed(4, 9))).toThrow('version 9 is not the known version 1');
    expect(() => decodeSnapshot(changed(6, 8))).toThrow('flags 8');
    expect(() => decodeSnapshot(changed(11, 255))).toThrow(/expected/);
  });
});
