import { expect, test } from 'vitest';
import { allocateBars, type Bars, sliceBars } from '@/lib/core/bar.ts';
import { allocateInputs, composeInputs } from '@/lib/core/image/inputs.ts';
import { computeIndicators } from '@/lib/core/indicator/compute-indicators.ts';
import { CONTINUOUS_MARKET } from '@/lib/core/segment.ts';
import { generateUniverse } from '@/lib/core/synthetic/universe.ts';
import { TEST_QUANTISATION } from '../testing/served-model.ts';
import { composeLastWindow, FEWEST_BARS } from './last-window.ts';

const [{ bars: series, timeframe }] = generateUniverse(5, { series: 1, barsPerSeries: 3000 });
const ROW = TEST_QUANTISATION.global;

const compose = (bars: Bars, name: string = timeframe) =>
  composeLastWindow(bars, name, CONTINUOUS_MARKET, ROW, 2);

/** The fewest bars that may be sent, with one number changed. */
function spoilt(field: keyof Omit<Bars, 'length'>, at: number, value: (bars: Bars) => number): Bars {
  const bars = allocateBars(FEWEST_BARS);
  for (const name of ['ts', 'open', 'high', 'low', 'close', 'volume', 'takerBuyVolume'] as const)
    bars[name].set(series[name].subarray(0, FEWEST_BARS));
  bars[field][at] = value(bars);
  return bars;
}

test('the fewest bars give the image that the whole series gives, byte for byte, and its auxiliary values', () => {
  const indicators = computeIndicators(series, 0, series.length);
  const expected = allocateInputs(2, 1);
  let windows = 0;
  for (let t = FEWEST_BARS + 100; t < series.length; t += 37) {
    composeInputs(expected, 0, series, indicators, t, ROW);
    const sent = sliceBars(series, t + 1 - FEWEST_BARS, t + 1);
    const { images, aux } = compose(sent);
    expect(Buffer.compare(images, expected.images), `window at bar ${t}`).toBe(0);
    expect([...(aux ?? [])]).toEqual(Array.from(expected.aux ?? [], (value) => expect.closeTo(value, 5)));
    windows++;
  }
  expect(windows).toBeGreaterThan(50);
});

test.each<[string, Bars, RegExp]>([
  [
    'no bars',
    allocateBars(0),
    /^bars has 0 bars, and 320 are needed: the 64 of the window and at least 256 before/,
  ],
  ['a bar too few', sliceBars(series, 0, FEWEST_BARS - 1), /^bars has 319 bars, and 320 are needed/],
  ['a NaN', spoilt('close', 7, () => Number.NaN), /^bars\[7\]: a value is not a finite number .*close NaN/],
  [
    'an infinite volume',
    spoilt('volume', 9, () => Number.POSITIVE_INFINITY),
    /^bars\[9\]: a value is not a finite/,
  ],
  [
    'high below low',
    spoilt('high', 300, ({ low }) => low[300] / 2),
    /^bars\[300\]: high [\d.]+ < low [\d.]+/,
  ],
  ['a price of 0', spoilt('low', 3, () => 0), /^bars\[3\]: price 0 is not above 0/],
  [
    'two bars swapped',
    spoilt('ts', 11, ({ ts }) => ts[9]),
    /^bars\[11\]: ts \d+ is before the last good bar's/,
  ],
  ['a bar twice', spoilt('ts', 11, ({ ts }) => ts[10]), /^bars\[11\]: ts \d+ is the bar before it again/],
  [
    'a bar off the grid',
    spoilt('ts', 20, ({ ts }) => ts[20] + 1),
    /^bars\[20\]: ts \d+ is .* ms past the .* grid/,
  ],
  ['more taker volume than volume', spoilt('takerBuyVolume', 5, () => 1e12), /^bars\[5\]: taker buy volume/],
])('%s is refused with its place, its value and what is needed', (_, bars, words) => {
  expect(() => compose(bars)).toThrow(words);
});

test('a timeframe that is none is refused', () => {
  const bars = sliceBars(series, 0, FEWEST_BARS);
  expect(() => compose(bars, '')).toThrow(/^timeframe "" is not a number from 1 to 999 and m, h, d or w/);
  expect(() => compose(bars, '99w9')).toThrow(/^timeframe "99w9"/);
});

test('a gap in the window is refused, and bars before a long gap do not count as warm-up', () => {
  const step = series.ts[1] - series.ts[0];
  const gap = (after: number, bars: number) => {
    const sent = spoilt('ts', 0, ({ ts }) => ts[0]);
    for (let i = after; i < sent.length; i++) sent.ts[i] += bars * step;
    return sent;
  };
  expect(() => compose(gap(300, 9))).toThrow(
    /^No valid window ends at bars\[319\]: among its 64 bars is a gap of 10 timeframes/,
  );
  expect(() => compose(gap(100, 70))).toThrow(
    /^No valid window ends at bars\[319\]: only 219 bars lie before it/,
  );
  expect(() => compose(gap(100, 9))).not.toThrow();
});
