import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findBrokenEmbargo,
  findEqualImages,
  findNearGold,
  findSharedBars,
  findSplitEvents,
  gatherLeaks,
  type PlacedRow,
} from './leakage.ts';

const HOUR = 3_600_000;
const MANY = 1000;
const SPLITS = ['train', 'validation', 'test', 'unseen'] as const;

/** Rows of two series and timeframes, some with gaps in them, in any splits. */
const rowArbitrary = fc
  .record({
    series: fc.constantFrom('A', 'B'),
    hour: fc.integer({ min: 70, max: 900 }),
    gap: fc.constantFrom(0, 0, 0, 5, 120),
    split: fc.constantFrom(...SPLITS),
    event: fc.integer({ min: 0, max: 8 }),
  })
  .map(
    ({ series, hour, gap, split, event }): PlacedRow => ({
      series,
      timeframeMs: HOUR,
      firstTs: (hour - 63 - gap) * HOUR,
      ts: hour * HOUR,
      split,
      event,
    }),
  );
const rowsArbitrary = fc.array(rowArbitrary, { maxLength: 25 });
const isLearnt = ({ split }: PlacedRow) => split === 'train' || split === 'validation';
const isLater = (a: PlacedRow, b: PlacedRow) =>
  (a.split === 'train' && b.split !== 'train') ||
  (a.split === 'validation' && (b.split === 'test' || b.split === 'unseen'));

describe('leaks between splits', () => {
  it('an embargo is broken where any two rows of two splits say so', () => {
    fc.assert(
      fc.property(rowsArbitrary, (rows) => {
        const expected = rows.filter((row) =>
          rows.some((later) => isLater(row, later) && later.firstTs - (row.ts + HOUR) < 64 * HOUR),
        );
        expect(findBrokenEmbargo(rows, MANY).found).toBe(expected.length);
      }),
      { numRuns: 500 },
    );
  });

  it('bars are shared where any two rows of a series and two splits overlap', () => {
    fc.assert(
      fc.property(rowsArbitrary, (unsorted) => {
        const rows = unsorted.map((row, i) => ({ ...row, ts: row.ts + i }));
        const { worst } = findSharedBars(rows, MANY);
        const overlap = (a: PlacedRow, b: PlacedRow) =>
          a.series === b.series && a.split !== b.split && a.firstTs <= b.ts && b.firstTs <= a.ts;
        const expected = rows.flatMap((row, i) =>
          rows.some((other) => other.ts < row.ts && overlap(row, other)) ? [i] : [],
        );
        expect(worst.map(({ row }) => row).sort((a, b) => a - b)).toEqual(expected);
        for (const { row, other } of worst) expect(overlap(rows[row], rows[other ?? row])).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('rows are near gold where any gold window of their series is within 64 bars or among theirs', () => {
    const span = fc
      .record({ hour: fc.integer({ min: 70, max: 900 }), gap: fc.constantFrom(0, 100) })
      .map(({ hour, gap }) => ({ firstTs: (hour - 63 - gap) * HOUR, ts: hour * HOUR }));
    fc.assert(
      fc.property(rowsArbitrary, fc.array(span, { maxLength: 6 }), (rows, spans) => {
        const { found, rows: looked } = findNearGold(rows, new Map([['A', spans]]), MANY);
        const expected = rows.filter(
          (row) =>
            row.series === 'A' &&
            isLearnt(row) &&
            spans.some(
              (one) =>
                Math.abs(one.ts - row.ts) <= 64 * HOUR || (one.firstTs <= row.ts && row.firstTs <= one.ts),
            ),
        );
        expect(found).toBe(expected.length);
        expect(looked).toBe(rows.filter(isLearnt).length);
      }),
      { numRuns: 500 },
    );
  });

  it('rows are near gold up to 64 bars away and no further', () => {
    const row: PlacedRow = {
      series: 'A',
      timeframeMs: HOUR,
      firstTs: 137 * HOUR,
      ts: 200 * HOUR,
      split: 'train',
      event: 0,
    };
    const found = [63, 64, 65].map((apart) => {
      const span = { firstTs: (200 + apart - 63) * HOUR, ts: (200 + apart) * HOUR };
      return findNearGold([row], new Map([['A', [span]]]), MANY).found;
    });
    expect(found).toEqual([1, 1, 0]);
  });

  it('an event is in two splits where two of its rows are', () => {
    fc.assert(
      fc.property(rowsArbitrary, (rows) => {
        const events = [...new Set(rows.map(({ event }) => event))];
        const split = events.filter(
          (event) => new Set(rows.filter((row) => row.event === event).map((row) => row.split)).size > 1,
        );
        const { found, worst } = findSplitEvents(rows, MANY);
        expect(new Set(worst.map(({ row }) => rows[row].event))).toEqual(new Set(split));
        expect(found > 0).toBe(split.length > 0);
      }),
    );
  });

  it('images are equal across splits only by their hash', () => {
    const row = (split: PlacedRow['split']): PlacedRow => ({
      series: 'A',
      timeframeMs: HOUR,
      firstTs: 0,
      ts: 63 * HOUR,
      split,
      event: 0,
    });
    const rows = [row('train'), row('train'), row('test'), row('validation')];
    expect(findEqualImages(rows, ['a', 'a', 'a', 'b'], MANY)).toEqual({
      rows: 4,
      found: 1,
      worst: [{ row: 2, other: 0, size: 1 }],
    });
  });

  it('of many leaks only the worst are kept, the worst first, and all are counted', () => {
    const gathered = gatherLeaks(9, 3);
    for (const [row, size] of [2, 9, 4, 4, 7, 1].entries()) gathered.add({ row, other: null, size });
    expect(gathered.leaks()).toEqual({
      rows: 9,
      found: 6,
      worst: [
        { row: 1, other: null, size: 9 },
        { row: 4, other: null, size: 7 },
        { row: 2, other: null, size: 4 },
      ],
    });
  });
});
