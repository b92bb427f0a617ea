import fc from 'fast-check';
import { expect, test } from 'vitest';
import { orderQueue, SPACING, type Waiting } from './queue-order.ts';

const EQUAL = [2000, 2000, 2000, 2000, 2000];
const window = (seriesId: number, bar: number, classIndex = 0, hard = false): Waiting => ({
  seriesId,
  bar,
  classIndex,
  hard,
});
const order = (waiting: Waiting[], deficits = EQUAL, before: Waiting[] = [], seed = 7) =>
  Array.from(orderQueue(waiting, { deficits, seed, before }), (i) => waiting[i]);

/** `count` windows of a class, far from each other, dealt to `series` series. */
const apart = (count: number, classIndex: number, series = 5, hard = false) =>
  Array.from({ length: count }, (_, i) =>
    window(i % series, 1_000_000 * (classIndex + 1) + 100 * i, classIndex, hard),
  );

test('every window gets exactly one place, and the same seed the same order', () => {
  const any = fc.record({
    seriesId: fc.integer({ min: 1, max: 3 }),
    bar: fc.integer({ min: 0, max: 400 }),
    classIndex: fc.integer({ min: 0, max: 4 }),
    hard: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(any, { maxLength: 120 }), fc.integer(), (waiting, seed) => {
      const options = { deficits: [9, 0, 5, 1, 0], seed, before: [] };
      const once = orderQueue(waiting, options);
      expect(new Set(once).size).toBe(waiting.length);
      expect(once).toEqual(orderQueue(waiting, options));
    }),
  );
});

test('classes with equal deficits take equal turns however many windows they have', () => {
  const waiting = [...apart(5000, 1), ...apart(300, 0), ...apart(300, 2), ...apart(300, 3), ...apart(900, 4)];
  for (let from = 0; from < 1000; from += 100) {
    const counts = [0, 0, 0, 0, 0];
    for (const { classIndex } of order(waiting).slice(from, from + 100)) counts[classIndex]++;
    for (const count of counts) expect(Math.abs(count - 20)).toBeLessThanOrEqual(1);
  }
});

test('a class takes turns by how many labels it still wants, and one that wants none still comes up', () => {
  const waiting = [0, 1, 2, 3, 4].flatMap((c) => apart(2000, c));
  const counts = [0, 0, 0, 0, 0];
  for (const { classIndex } of order(waiting, [2000, 1000, 500, 500, 0]).slice(0, 1000)) counts[classIndex]++;
  const total = 1 + 0.5 + 0.25 + 0.25 + 0.02;
  for (const [i, share] of [1, 0.5, 0.25, 0.25, 0.02].entries()) {
    expect(Math.abs(counts[i] - (1000 * share) / total)).toBeLessThan(3);
  }
});

test('half of the first windows of a class with hard cases are hard', () => {
  const waiting = [...apart(500, 4), ...apart(500, 4, 5, true).map((w) => ({ ...w, bar: w.bar + 500_000 }))];
  const hard = order(waiting)
    .slice(0, 100)
    .filter((w) => w.hard);
  expect(hard).toHaveLength(50);
});

test('all series come up before any comes up again, and early places reach over all of time', () => {
  const waiting = Array.from({ length: 1600 }, (_, i) => window(i % 8, 100 * i, 0));
  const first = order(waiting).slice(0, 64);
  for (let from = 0; from < 64; from += 8) {
    expect(new Set(first.slice(from, from + 8).map(({ seriesId }) => seriesId)).size).toBe(8);
  }
  for (let series = 0; series < 8; series++) {
    const bars = first.filter((w) => w.seriesId === series).map(({ bar }) => bar);
    const quarters = new Set(bars.map((bar) => Math.floor(bar / 40_000)));
    expect(quarters.size).toBe(4);
  }
});

test('windows of a series that share bars are kept apart, also across classes and from those placed before', () => {
  // Each group of five windows (one a class) overlaps; there are enough groups to keep them apart.
  const waiting = Array.from({ length: 4000 }, (_, i) =>
    window(
      1 + (i % 4),
      10_000 + 200 * Math.floor(i / 20) + 10 * (Math.floor(i / 4) % 5),
      Math.floor(i / 4) % 5,
    ),
  );
  const before = [window(1, 10_000), window(2, 10_000)];
  // Towards the end only the crowded ones are left.
  const served = [...before, ...order(waiting, EQUAL, before)].slice(0, 3_500);
  let tooNear = 0;
  for (let i = 0; i < served.length; i++) {
    for (let j = Math.max(0, i - SPACING + 1); j < i; j++) {
      const near = served[i].seriesId === served[j].seriesId && Math.abs(served[i].bar - served[j].bar) < 64;
      if (near) tooNear++;
    }
  }
  expect(tooNear).toBe(0);
});

test('when only overlapping windows are left they still all come', () => {
  expect(order(Array.from({ length: 50 }, (_, i) => window(1, i)))).toHaveLength(50);
});
