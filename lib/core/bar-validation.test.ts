import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sliceBars } from './bar.ts';
import { BAR_PROBLEMS, createBarCheck } from './bar-validation.ts';
import { MINUTE, randomBars } from './fixtures/random-bars.ts';

const OPTIONS = { timeframeMs: MINUTE, gridOffsetMs: 0 };

/** Eight good bars a minute apart, of which the test spoils one. */
function goodBars() {
  const bars = randomBars(3, 8);
  for (let i = 0; i < 8; i++) bars.ts[i] = (1_000 + i) * MINUTE;
  bars.open.fill(10);
  bars.close.fill(11);
  bars.high.fill(12);
  bars.low.fill(9);
  bars.volume.fill(5);
  bars.takerBuyVolume.fill(2);
  return bars;
}

describe('checking bars', () => {
  it('takes good bars, with and without taker volume', () => {
    const bars = goodBars();
    bars.takerBuyVolume[2] = Number.NaN;
    const { acceptedCount, rejected } = createBarCheck(OPTIONS).check(bars);
    expect([acceptedCount, rejected]).toEqual([8, []]);
  });

  const spoiled: [string, (bars: ReturnType<typeof goodBars>) => void, string][] = [
    ['not_finite', (b) => b.close.fill(Number.NaN, 3, 4), 'bars[3]: a value is not a finite number'],
    ['not_finite', (b) => b.volume.fill(Number.POSITIVE_INFINITY, 3, 4), 'volume Infinity'],
    ['price_not_positive', (b) => b.low.fill(0, 3, 4), 'bars[3]: price 0 is not above 0'],
    ['high_below_low', (b) => b.high.fill(8.5, 3, 4), 'bars[3]: high 8.5 < low 9'],
    ['low_above_body', (b) => b.low.fill(10.5, 3, 4), 'bars[3]: low 10.5 > open 10'],
    ['high_below_body', (b) => b.high.fill(10.5, 3, 4), 'bars[3]: high 10.5 < close 11'],
    ['negative_volume', (b) => b.volume.fill(-1, 3, 4), 'bars[3]: volume -1 < 0'],
    [
      'taker_out_of_range',
      (b) => b.takerBuyVolume.fill(6, 3, 4),
      'taker buy volume 6 is not between 0 and volume 5',
    ],
    ['taker_out_of_range', (b) => b.takerBuyVolume.fill(-1, 3, 4), 'taker buy volume -1'],
    [
      'off_grid',
      (b) => b.ts.fill(1_003 * MINUTE + 500, 3, 4),
      'is 500 ms past the 60000 ms grid, expected 0',
    ],
    ['duplicate', (b) => b.ts.fill(1_002 * MINUTE, 3, 4), 'ts 60120000 is the bar before it again'],
    [
      'out_of_order',
      (b) => b.ts.fill(900 * MINUTE, 3, 4),
      "ts 54000000 is before the last good bar's 60120000",
    ],
  ];

  it.each(spoiled)('counts, masks and describes a bar that is %s', (problem, spoil, message) => {
    const bars = goodBars();
    spoil(bars);
    const { check, counts } = createBarCheck(OPTIONS);
    const { accepted, rejected } = check(bars);
    expect(rejected).toMatchObject([{ row: 3, problem, message: expect.stringContaining(message) }]);
    expect([...accepted]).toEqual([1, 1, 1, 0, 1, 1, 1, 1]);
    for (const kind of BAR_PROBLEMS) expect(counts[kind]).toBe(kind === problem ? 1 : 0);
  });

  it('names the place as its caller does, and describes no more than asked while counting all', () => {
    const bars = goodBars();
    bars.high.fill(8);
    const place = (row: number) => `BTCUSDT_1h.csv line ${row + 2}`;
    bars.volume.fill(-1, 7, 8);
    bars.high.fill(12, 7, 8);
    const { check, counts } = createBarCheck({ ...OPTIONS, describeAtMost: 2 });
    const { rejected, acceptedCount } = check(bars, place);
    expect(rejected.map((bar) => bar.message)).toEqual([
      'BTCUSDT_1h.csv line 2: high 8 < low 9',
      'BTCUSDT_1h.csv line 3: high 8 < low 9',
      'BTCUSDT_1h.csv line 9: volume -1 < 0',
    ]);
    expect([counts.high_below_low, acceptedCount]).toEqual([7, 0]);
  });

  it('says the same of bars that come in stretches as of all at once', () => {
    const bars = randomBars(5, 400);
    for (let i = 40; i < 400; i += 37) bars.ts[i] = bars.ts[i - 3];
    const whole = createBarCheck(OPTIONS);
    const { accepted } = whole.check(bars);
    const pieces = createBarCheck(OPTIONS);
    const joined = [0, 41, 77, 300].flatMap((from, i, all) => [
      ...pieces.check(sliceBars(bars, from, all[i + 1] ?? 400)).accepted,
    ]);
    expect(joined).toEqual([...accepted]);
    expect(pieces.counts).toEqual(whole.counts);
    expect(whole.counts.duplicate + whole.counts.out_of_order).toBeGreaterThan(5);
  });

  it('lets through only bars that keep every promise, whatever comes in', () => {
    const value = fc.oneof(fc.double(), fc.integer({ min: -2, max: 12 }), fc.constant(Number.NaN));
    fc.assert(
      fc.property(fc.array(fc.array(value, { minLength: 7, maxLength: 7 }), { maxLength: 20 }), (rows) => {
        const bars = randomBars(1, rows.length);
        rows.forEach((row, i) => {
          bars.ts[i] = row[0] * MINUTE;
          [bars.open[i], bars.high[i], bars.low[i], bars.close[i]] = [row[1], row[2], row[3], row[4]];
          [bars.volume[i], bars.takerBuyVolume[i]] = [row[5], row[6]];
        });
        const { accepted } = createBarCheck(OPTIONS).check(bars);
        let last = Number.NEGATIVE_INFINITY;
        for (let i = 0; i < rows.length; i++) {
          if (accepted[i] === 0) continue;
          const taker = bars.takerBuyVolume[i];
          expect(bars.low[i] > 0 && Number.isFinite(bars.high[i])).toBe(true);
          expect(bars.low[i] <= Math.min(bars.open[i], bars.close[i])).toBe(true);
          expect(bars.high[i] >= Math.max(bars.open[i], bars.close[i])).toBe(true);
          expect(Number.isNaN(taker) || (taker >= 0 && taker <= bars.volume[i])).toBe(true);
          expect(bars.ts[i] > last && bars.ts[i] % MINUTE === 0).toBe(true);
          last = bars.ts[i];
        }
      }),
    );
  });
});
