import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocateBars, BAR_FIELDS, type Bars, sliceBars } from '../bar.ts';
import { randomBars } from '../fixtures/random-bars.ts';
import { computeIndicators } from '../indicator/compute-indicators.ts';
import { composeAux } from './auxiliary.ts';
import { AUX_GROUPS } from './auxiliary-words.ts';
import { AUX_LENGTH } from './schema.ts';

type Column = (number | null)[];
interface FixtureWindow {
  name: string;
  open: Column;
  high: Column;
  low: Column;
  close: Column;
  volume: Column;
  taker: Column;
  aux: number[];
}
const fixture: { windows: FixtureWindow[] } = JSON.parse(
  readFileSync(new URL('fixtures/auxiliary.json', import.meta.url), 'utf8'),
);

function readBars(window: FixtureWindow): Bars {
  const floats = (column: Column) => Float64Array.from(column, (value) => value ?? Number.NaN);
  const { open, high, low, close, volume, taker } = window;
  const columns = { open, high, low, close, volume, takerBuyVolume: taker };
  const read = Object.entries(columns).map(([name, column]) => [name, floats(column)]);
  return { ...allocateBars(close.length), ...Object.fromEntries(read) };
}

function auxAt(bars: Bars, t: number): Float32Array {
  const aux = new Float32Array(AUX_LENGTH);
  composeAux(aux, 0, bars, computeIndicators(bars, 0, bars.length), t);
  return aux;
}

function copyBars(bars: Bars): Bars {
  const own = allocateBars(bars.length);
  for (const name of BAR_FIELDS) own[name].set(bars[name]);
  return own;
}

describe('composeAux', () => {
  it.each(fixture.windows)('gives $name the values that numpy reads from the definition', (window) => {
    const bars = readBars(window);
    const aux = auxAt(bars, bars.length - 1);
    window.aux.forEach((expected, i) => {
      expect(aux[i], `value ${i}`).toBeCloseTo(expected, 6);
    });
  });

  it('writes only its own values of a larger buffer, each anew for each window', () => {
    const bars = readBars(fixture.windows[0]);
    const indicators = computeIndicators(bars, 0, bars.length);
    const out = new Float32Array(AUX_LENGTH + 4).fill(9);
    composeAux(out, 2, bars, indicators, 129);
    expect([...out.subarray(0, 2), ...out.subarray(-2)]).toEqual([9, 9, 9, 9]);
    expect(out.subarray(2, -2)).toEqual(auxAt(bars, 129));
    composeAux(out, 2, bars, indicators, 100);
    composeAux(out, 2, bars, indicators, 129);
    expect(out.subarray(2, -2)).toEqual(auxAt(bars, 129));
  });

  it('changes in no bit when all prices are scaled by a power of two', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 31 }),
        fc.integer({ min: -20, max: 20 }),
        fc.integer({ min: 130, max: 299 }),
        (seed, power, t) => {
          const bars = randomBars(seed, 300);
          const scaled = copyBars(bars);
          for (const name of ['open', 'high', 'low', 'close'] as const) {
            for (let i = 0; i < scaled.length; i++) scaled[name][i] *= 2 ** power;
          }
          expect(auxAt(scaled, t)).toEqual(auxAt(bars, t));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('hangs on no bar after t', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.integer({ min: 130, max: 298 }), (seed, t) => {
        const bars = randomBars(seed, 300);
        const other = randomBars(seed + 1, 300);
        const changed = copyBars(bars);
        for (const name of BAR_FIELDS) changed[name].set(other[name].subarray(t + 1), t + 1);
        expect(auxAt(changed, t)).toEqual(auxAt(bars, t));
      }),
      { numRuns: 50 },
    );
  });

  it('is finite whatever the bars', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.integer({ min: 64, max: 200 }), (seed, length) => {
        const bars = sliceBars(randomBars(seed, 200), 200 - length, 200);
        expect(auxAt(bars, length - 1).every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('refuses a window without 64 bars and a buffer without room', () => {
    const bars = readBars(fixture.windows[0]);
    const indicators = computeIndicators(bars, 0, bars.length);
    const aux = new Float32Array(AUX_LENGTH);
    expect(() => composeAux(aux, 0, bars, indicators, 62)).toThrow('bar 62 of 130');
    expect(() => composeAux(aux, 0, bars, indicators, 130)).toThrow('bar 130 of 130');
    expect(() => composeAux(aux, 1, bars, indicators, 100)).toThrow('at 1 of 18');
  });
});

describe('the names of the auxiliary values', () => {
  it('are as many as the values, each quantity and bar once', () => {
    const names = AUX_GROUPS.flatMap(({ name, bars }) => bars.map((bar) => `${name} at ${bar}`));
    expect(names).toHaveLength(AUX_LENGTH);
    expect(new Set(names).size).toBe(AUX_LENGTH);
  });
});
