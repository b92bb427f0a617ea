import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { allocateBars, type Bars } from '../bar.ts';
import type { Indicators } from '../indicator/indicators.ts';
import { fitQuantisation, MIN_SERIES_BARS, type QuantisationRow, quantisationFor } from './quantisation.ts';

function fixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8'));
}
const floats = (values: (number | null)[]) => Float64Array.from(values, (value) => value ?? Number.NaN);

interface Series {
  close: number[];
  ema: (number | null)[];
  rsi: (number | null)[];
}
const { series, expected } = fixture<{
  series: Record<string, Series>;
  expected: Record<string, QuantisationRow>;
}>('quantisation.json');

function columns(one: Series): { bars: Bars; indicators: Indicators } {
  const length = one.close.length;
  return {
    bars: { ...allocateBars(length), close: floats(one.close) },
    indicators: { atr: new Float64Array(length), ema: floats(one.ema), rsi: floats(one.rsi) },
  };
}

function expectRow(row: QuantisationRow, reference: QuantisationRow): void {
  for (const [name, value] of Object.entries(reference)) {
    expect(row[name as keyof QuantisationRow], name).toBeCloseTo(value, 10);
  }
}

describe('fitQuantisation', () => {
  it('agrees with numpy for each series and for all together, however the spans are cut', () => {
    const fit = fitQuantisation();
    for (const [key, one] of Object.entries(series)) {
      const { bars, indicators } = columns(one);
      fit.add(key, bars, indicators, 0, 700);
      fit.add(key, bars, indicators, 700, bars.length);
    }
    const table = fit.finish();
    expectRow(table.global, expected.all);
    expectRow(table.series.a, expected.a);
    expectRow(table.series.b, expected.b);
  });

  it('gives an unknown series, and one with too few bars, the global row', () => {
    const fit = fitQuantisation();
    const a = columns(series.a);
    const b = columns(series.b);
    fit.add('a', a.bars, a.indicators, 0, a.bars.length);
    fit.add('b', b.bars, b.indicators, 0, MIN_SERIES_BARS);
    const table = fit.finish();
    expect(quantisationFor(table, 'a')).toBe(table.series.a);
    expect(quantisationFor(table, 'b')).toBe(table.global);
    expect(quantisationFor(table, 'toString')).toBe(table.global);
  });

  it('keeps its tails within a hundredth when a long series is thinned', () => {
    const length = 600_000;
    const bars = allocateBars(length);
    const indicators = {
      atr: bars.open,
      ema: new Float64Array(length).fill(1),
      rsi: new Float64Array(length),
    };
    // Distances grow with time, so keeping more of the late bars than of the early ones would show.
    for (let i = 0; i < length; i++) {
      bars.close[i] = 1 + (0.1 * i) / length;
      indicators.rsi[i] = 100 * ((i * 0.4142135623730951) % 1);
    }
    const fit = fitQuantisation();
    fit.add('long', bars, indicators, 0, length);
    const { series: rows, global } = fit.finish();
    expect(rows.long.M).toBeCloseTo(Math.log1p(0.0995), 4);
    expect(rows.long.rsiMean).toBe(global.rsiMean);
    expect(rows.long.p99_5).toBeCloseTo(global.p99_5, 2);
  });

  it('gives finite numbers and a positive range for a series that never moves', () => {
    const length = MIN_SERIES_BARS + 1;
    const bars = { ...allocateBars(length), close: new Float64Array(length).fill(5) };
    const indicators = {
      atr: new Float64Array(length),
      ema: new Float64Array(length).fill(5),
      rsi: new Float64Array(length).fill(50),
    };
    const fit = fitQuantisation();
    fit.add('flat', bars, indicators, 0, length);
    const row = fit.finish().series.flat;
    expect(Object.values(row).every(Number.isFinite)).toBe(true);
    expect(row.M).toBeGreaterThan(0);
    expect(row.p99_5).toBeGreaterThan(row.p0_5);
  });

  it('says what is missing when no bar counted', () => {
    expect(() => fitQuantisation().finish()).toThrow('no bar of the training dates');
  });
});

describe('the RSI component', () => {
  it('is the first principal component that scikit-learn finds in standardised RSI and its change', () => {
    const { rsi, components, scores } = fixture<{ rsi: number[]; components: number[]; scores: number[] }>(
      'pca.json',
    );
    expect(components[0]).toBeCloseTo(Math.SQRT1_2, 12);
    expect(components[1]).toBeCloseTo(Math.SQRT1_2, 12);
    const length = rsi.length;
    const fit = fitQuantisation();
    const bars = { ...allocateBars(length), close: new Float64Array(length).fill(1) };
    const ema = new Float64Array(length).fill(1.01);
    fit.add('s', bars, { atr: ema, ema, rsi: Float64Array.from(rsi) }, 0, length);
    const { rsiMean, rsiStd, drMean, drStd } = fit.finish().global;
    // The first bar has no change, so scikit-learn was given the bars from the second on.
    for (let i = 1; i < length; i++) {
      const r = rsi[i] / 100;
      const dr = r - rsi[i - 1] / 100;
      const component = ((r - rsiMean) / rsiStd + (dr - drMean) / drStd) / Math.SQRT2;
      expect(component).toBeCloseTo(scores[i - 1], 9);
    }
  });
});
