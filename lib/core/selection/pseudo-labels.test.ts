import fc from 'fast-check';
import { expect, test } from 'vitest';
import { choosePseudoLabels, type PseudoPlace, type PseudoRules } from './pseudo-labels.ts';

const CLASSES = 3;
const WIDTH = 64;

const place = (seriesId: number, ts: number): PseudoPlace => ({ seriesId, ts, clearFrom: ts + WIDTH });
const rules = (given: Partial<PseudoRules> = {}): PseudoRules => ({
  thresholds: [0.9, 0.9, 0.9],
  caps: [100, 100, 100],
  balance: Number.POSITIVE_INFINITY,
  ...given,
});
/** Windows of one class each with so much probability, far apart unless `places` says otherwise. */
function choose(
  windows: readonly (readonly [label: number, probability: number])[],
  given: Partial<PseudoRules> = {},
  places: readonly PseudoPlace[] = windows.map((_, i) => place(1, i * 1000)),
  isBarred: (row: number, label: number) => boolean = () => false,
) {
  const values = windows.flatMap(([label, p]) =>
    Array.from({ length: CLASSES }, (_, c) => (c === label ? p : (1 - p) / (CLASSES - 1))),
  );
  return choosePseudoLabels({ values, classes: CLASSES }, places, rules(given), isBarred);
}

test('each class has its own threshold, and the surest come first', () => {
  const { rows, labels, confidences } = choose(
    [
      [0, 0.95],
      [1, 0.85],
      [1, 0.79],
      [0, 0.89],
      [2, 0.99],
    ],
    { thresholds: [0.9, 0.8, 0.995] },
  );
  expect([...rows]).toEqual([0, 1]);
  expect([...labels]).toEqual([0, 1]);
  expect([...confidences]).toEqual([0.95, 0.85]);
});

test('of windows that share bars the surest is taken, whatever the classes say', () => {
  const places = [place(1, 0), place(1, 63), place(1, 127), place(2, 0)];
  const windows = [[0, 0.95] as const, [1, 0.99] as const, [0, 0.96] as const, [0, 0.91] as const];
  const { rows, counts } = choose(windows, {}, places);
  expect([...rows]).toEqual([1, 2, 3]);
  expect(counts[0].crowded).toBe(1);
});

test('caps and the balance to the rarest class leave the less sure ones out', () => {
  const windows = [
    ...Array.from({ length: 10 }, (_, i) => [0, 0.91 + i / 1000] as const),
    ...Array.from({ length: 5 }, () => [1, 0.95] as const),
    ...Array.from({ length: 2 }, () => [2, 0.95] as const),
  ];
  const { rows, counts } = choose(windows, { caps: [8, 100, 100], balance: 2 });
  expect(counts.map(({ taken }) => taken)).toEqual([4, 4, 2]);
  expect([...rows].filter((row) => row < 10)).toEqual([9, 8, 7, 6]);
  expect(counts[0]).toMatchObject({ likeliest: 10, sure: 10, overBalance: 4, overCap: 2 });
  expect(counts[1]).toMatchObject({ overBalance: 1, overCap: 0 });
});

test('a class may be barred from a window, which then gets no label at all', () => {
  const { rows, counts } = choose(
    [
      [2, 0.99],
      [0, 0.99],
    ],
    {},
    undefined,
    (row) => row === 0,
  );
  expect([...rows]).toEqual([1]);
  expect(counts[2]).toMatchObject({ sure: 1, barred: 1, taken: 0 });
});

test('with nothing sure there is nothing, and rules that make no sense are named', () => {
  expect([...choose([[0, 0.5]]).rows]).toEqual([]);
  expect([...choose([]).rows]).toEqual([]);
  expect(() => choose([], { thresholds: [0.9, 0.9] })).toThrow('2 thresholds and 3 caps for 3 classes');
  expect(() => choose([], { thresholds: [0.9, 0, 0.9] })).toThrow('threshold 0: must be above 0');
  expect(() => choose([], { balance: 0.5 })).toThrow('balance 0.5: must be at least 1');
});

test('whatever the pool: all are sure, apart from one another, within caps and balance, and all are accounted for', () => {
  const window = fc.record({
    series: fc.integer({ min: 1, max: 2 }),
    ts: fc.integer({ min: 0, max: 2000 }),
    weights: fc.tuple(
      fc.double({ min: 0.01, max: 1 }),
      fc.double({ min: 0.01, max: 1 }),
      fc.double({ min: 0.01, max: 1 }),
    ),
  });
  fc.assert(
    fc.property(fc.array(window, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), (pool, balance) => {
      const values = pool.flatMap(({ weights }) => {
        const sum = weights[0] + weights[1] + weights[2];
        return weights.map((weight) => weight / sum);
      });
      const places = pool.map(({ series, ts }) => place(series, ts));
      const given = rules({ thresholds: [0.5, 0.6, 0.4], caps: [5, 3, 4], balance });
      const { rows, labels, counts } = choosePseudoLabels(
        { values, classes: CLASSES },
        places,
        given,
        () => false,
      );
      for (const [i, row] of rows.entries()) {
        expect(values[row * CLASSES + labels[i]]).toBeGreaterThanOrEqual(given.thresholds[labels[i]]);
        for (const other of rows) {
          if (other === row || places[other].seriesId !== places[row].seriesId) continue;
          expect(Math.abs(places[other].ts - places[row].ts)).toBeGreaterThanOrEqual(WIDTH);
        }
      }
      const taken = counts.map((count) => count.taken);
      const some = taken.filter((count) => count > 0);
      for (const [c, count] of taken.entries()) {
        expect(count).toBeLessThanOrEqual(given.caps[c]);
        if (count > 0) expect(count).toBeLessThanOrEqual(balance * Math.min(...some));
        const { sure, barred, crowded, overCap, overBalance } = counts[c];
        expect(barred + crowded + overCap + overBalance + count).toBe(sure);
      }
    }),
  );
});
