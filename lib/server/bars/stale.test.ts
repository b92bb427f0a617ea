import fc from 'fast-check';
import { expect, it } from 'vitest';
import { allocateBars, BAR_FIELDS, type Bars, sliceBars } from '@/lib/core/bar.ts';
import { MINUTE, randomBars } from '@/lib/core/fixtures/random-bars.ts';
import { allocateIndicators } from '@/lib/core/indicator/compute-indicators.ts';
import { CONTINUOUS_MARKET, findSegments, segmentAt } from '@/lib/core/segment.ts';
import { takeSnapshot } from '@/lib/core/snapshot.ts';
import { MIN_SEGMENT_INDEX } from '@/lib/core/window.ts';
import { type MergedBars, mergeBars } from './merge.ts';
import { findStaleWindows } from './stale.ts';
import { gatherBars } from './store.ts';

const { segmentGap } = CONTINUOUS_MARKET;

/** The bars of each possible window, by the stamp of its last. */
function windowsOf(bars: Bars): Map<number, Bars> {
  const segments = findSegments(bars.ts, MINUTE, CONTINUOUS_MARKET);
  const indicators = allocateIndicators(bars.length);
  const found = new Map<number, Bars>();
  for (let t = 0; t < bars.length; t++) {
    const segment = segmentAt(segments, t);
    if (t - segment.from < MIN_SEGMENT_INDEX) continue;
    found.set(bars.ts[t], takeSnapshot(bars, segment, indicators, t, MINUTE).bars);
  }
  return found;
}

async function* stretches(bars: Bars, length: number): AsyncGenerator<Bars> {
  for (let from = 0; from < bars.length; from += length)
    yield sliceBars(bars, from, Math.min(bars.length, from + length));
}

function pick(bars: Bars, rows: readonly number[]): Bars {
  const out = allocateBars(rows.length);
  for (const name of BAR_FIELDS) out[name].set(rows.map((row) => bars[name][row]));
  return out;
}

const sameBars = (a: Bars | undefined, b: Bars) =>
  a?.length === b.length && BAR_FIELDS.every((name) => a[name].every((v, i) => Object.is(v, b[name][i])));

it('finds the windows that would hold other bars now, and no other', async () => {
  const some = (max: number) => fc.array(fc.nat(899), { maxLength: max });
  let found = 0;
  await fc.assert(
    fc.asyncProperty(
      some(20),
      some(3),
      fc.nat(600),
      fc.integer({ min: 1, max: 500 }),
      async (late, restated, from, size) => {
        const all = randomBars(11, 900);
        const missing = new Set(late);
        const rows = [...all.ts.keys()];
        const before = pick(
          all,
          rows.filter((row) => !missing.has(row) && row < 850),
        );
        // Bars that were missing, those at the end, some that are there already, and some that say something else.
        const news = pick(
          all,
          rows.filter((row) => row >= from),
        );
        for (const row of restated) if (row >= from) news.close[row - from] = news.low[row - from];
        const merge = () => mergeBars(stretches(before, size), stretches(news, 97));

        const parts: MergedBars[] = [];
        for await (const part of merge()) parts.push(part);
        const merged = async function* () {
          for (const { bars } of parts) yield bars;
        };
        const length = parts.reduce((sum, { bars }) => sum + bars.length, 0);
        const now = windowsOf(await gatherBars(merged(), length));
        const held = windowsOf(before);
        const expected = [...held]
          .filter(([ts, bars]) => !sameBars(now.get(ts), bars))
          .map(([ts]) => String(ts));

        const stale = await findStaleWindows(merge(), {
          timeframeMs: MINUTE,
          segmentGap,
          windows: [...held.keys()].map((ts) => ({ id: String(ts), ts })),
          barsOf: async (ids) => new Map(ids.map((id) => [id, held.get(Number(id)) ?? allocateBars(0)])),
        });
        found += stale.length;
        expect(stale.sort()).toEqual(expected.sort());
      },
    ),
    { numRuns: 60 },
  );
  expect(found).toBeGreaterThan(100);
});

it('looks at no window that nothing was added or restated in reach of', async () => {
  const bars = randomBars(11, 900);
  const held = windowsOf(bars);
  const news = pick(bars, [450]);
  news.close[0] = news.low[0];
  const lookedAt: number[] = [];
  await findStaleWindows(mergeBars(stretches(bars, 100), stretches(news, 1)), {
    timeframeMs: MINUTE,
    segmentGap,
    windows: [...held.keys()].map((ts) => ({ id: String(ts), ts })),
    barsOf: async (ids) => {
      lookedAt.push(...ids.map(Number));
      return new Map();
    },
  });
  expect(lookedAt.length).toBeGreaterThan(100);
  expect(Math.min(...lookedAt)).toBeGreaterThanOrEqual(bars.ts[450]);
  expect(Math.max(...lookedAt)).toBeLessThanOrEqual(bars.ts[450 + 213]);
});
