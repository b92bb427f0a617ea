import { describe, expect, it } from 'vitest';
import { computeIndicators } from '@/lib/core/indicator/compute-indicators.ts';
import { createRandom } from '@/lib/core/random.ts';
import type { Vote } from '@/lib/core/rule/vote.ts';
import { CONTINUOUS_MARKET, findSegments } from '@/lib/core/segment.ts';
import { openSnapshot, takeSnapshot } from '@/lib/core/snapshot.ts';
import { generateSeries } from '@/lib/core/synthetic/generate-series.ts';
import { chartData } from './chart-data.ts';
import { chartMarks } from './marks.ts';
import { formatPrice, formatVolume, priceDecimals } from './price-format.ts';

const HOUR = 3_600_000;
const series = generateSeries(
  { symbol: 'T', timeframe: '1h', bars: 600, firstTs: 0, price: 30_000, volatility: 0.006, volume: 900 },
  createRandom(7),
);
const [segment] = findSegments(series.bars.ts, HOUR, CONTINUOUS_MARKET);
const indicators = computeIndicators(series.bars, 0, series.bars.length);
const opened = openSnapshot(takeSnapshot(series.bars, segment, indicators, 500, HOUR));

describe('chart data', () => {
  it('lays every series out bar by bar, so that they align by index', () => {
    const data = chartData(opened);
    for (const points of [data.candles, data.ema, data.volume, data.volumeLimit, data.rsi, data.cvd]) {
      expect(points.map(({ time }) => time)).toEqual(Array.from(opened.bars.ts, (ts) => ts / 1000));
    }
    expect(data).toMatchObject({ length: 192, windowStart: 128, deltaSource: 'taker' });
  });

  it("continues the indicators from the snapshot's state: the scan's own values, none missing", () => {
    const data = chartData(opened);
    expect(data.ema.at(-1)).toMatchObject({ value: indicators.ema[500] });
    expect(data.rsi[0]).toMatchObject({ value: indicators.rsi[500 - 191] });
  });

  it('calls a volume loud exactly where it reaches the limit drawn over it', () => {
    const data = chartData(opened);
    expect(data.volume.some(({ loud }) => loud)).toBe(true);
    for (const [i, { value, loud }] of data.volume.entries()) {
      const limit = data.volumeLimit[i];
      if ('value' in limit) expect(loud).toBe(value >= limit.value);
      else expect(loud).toBe(false);
    }
  });

  it('leaves the CVD out where taker volume is unknown, and says guessed where it guesses', () => {
    const bars = { ...opened.bars, takerBuyVolume: new Float64Array(opened.bars.length).fill(Number.NaN) };
    const unknown = chartData({ ...opened, bars });
    expect(unknown.deltaSource).toBe('unknown');
    expect(unknown.cvd.every((point) => !('value' in point))).toBe(true);
    const guessed = chartData({ ...opened, bars }, true);
    expect(guessed.deltaSource).toBe('proxy');
    expect(guessed.cvd.every((point) => 'value' in point)).toBe(true);
  });
});

const flagVote: Vote = {
  rule: 'flag',
  state: 'fired',
  direction: 1,
  poleKatr: 5,
  conditions: [],
  marks: {
    kind: 'flag',
    pole: { start: -30, end: -20, fromPrice: 100, toPrice: 110, height: 10, k: 5 },
    consolidation: { start: -19, end: -3, high: 111, low: 107 },
    breakout: { bar: 0, price: 112 },
  },
  proxy: false,
};
const wickVote: Vote = {
  ...flagVote,
  rule: 'wick_exhaustion',
  marks: { kind: 'wick', bar: 0, tipPrice: 98, bodyPrice: 101, flip: -2 },
};
const prices = { high: new Float64Array(192), low: new Float64Array(192) };

describe('chart marks', () => {
  it('places marks counted from t on the bars that are shown', () => {
    const { shapes, flip } = chartMarks([flagVote, wickVote], 'flag', 191, prices);
    expect(flip).toBe(189);
    expect(shapes).toContainEqual({
      kind: 'line',
      class: 'flag',
      thick: true,
      from: { bar: 160, price: 100 },
      to: { bar: 171, price: 110 },
    });
    expect(shapes).toContainEqual({ kind: 'span', class: 'wick_exhaustion', bar: 191, high: 101, low: 98 });
  });

  it('draws the suggested class last, over the others', () => {
    const { shapes } = chartMarks([flagVote, wickVote], 'flag', 191, prices);
    expect(shapes.at(-1)?.class).toBe('flag');
    expect(shapes[0].class).toBe('wick_exhaustion');
  });

  it("leaves out another rule's near miss beside a suggestion, but shows it where none is suggested", () => {
    const near: Vote = { ...wickVote, state: 'near' };
    expect(chartMarks([flagVote, near], 'flag', 191, prices).flip).toBeNull();
    expect(chartMarks([near], 'none', 191, prices).flip).toBe(189);
  });
});

describe('figures on the chart', () => {
  it('shows any price with about six significant digits', () => {
    const shown = (price: number) => formatPrice(price, priceDecimals(price));
    expect([31_234.5678, 8.414567, 0.0000123456].map(shown)).toEqual(['31234.6', '8.41457', '0.00001235']);
  });

  it('shows volumes in at most six characters', () => {
    expect([0, 0.0123, 812.4, 9313, 999_960, -1_204_000, 5e9].map(formatVolume)).toEqual([
      '0',
      '0.012',
      '812',
      '9.31k',
      '1.00M',
      '-1.20M',
      '5.00B',
    ]);
  });
});
