import fc from 'fast-check';
import { expect, it } from 'vitest';
import { allocateBars, BAR_FIELDS, type Bars, sliceBars } from '@/lib/core/bar.ts';
import { mergeBars, ORIGINS } from './merge.ts';

type Bar = [ts: number, close: number, volume: number, taker: number];

const bar = fc.tuple(
  fc.integer({ min: 1, max: 40 }),
  fc.constantFrom(10, 11),
  fc.constantFrom(5, 6),
  fc.constantFrom(1, 2, Number.NaN),
);
const run = fc.uniqueArray(bar, { selector: ([ts]) => ts }).map((bars) => bars.sort(([a], [b]) => a - b));

function toBars(run: readonly Bar[]): Bars {
  const bars = allocateBars(run.length);
  run.forEach(([ts, close, volume, taker], i) => {
    [bars.ts[i], bars.open[i], bars.high[i], bars.low[i]] = [ts, 10, 12, 9];
    [bars.close[i], bars.volume[i], bars.takerBuyVolume[i]] = [close, volume, taker];
  });
  return bars;
}

/** In stretches of the given lengths, then the rest. */
async function* stretches(bars: Bars, lengths: readonly number[]): AsyncGenerator<Bars> {
  let from = 0;
  for (const length of lengths) {
    const to = Math.min(bars.length, from + length);
    yield sliceBars(bars, from, to);
    from = to;
  }
  yield sliceBars(bars, from, bars.length);
}

/** What the merge must be, bar by bar. */
function expected(stored: readonly Bar[], imported: readonly Bar[]) {
  const byTs = new Map<number, { bar: Bar; origin: string }>();
  for (const one of stored) byTs.set(one[0], { bar: one, origin: 'stored' });
  for (const [ts, close, volume, taker] of imported) {
    const before = byTs.get(ts)?.bar;
    const known = Number.isNaN(taker) && before && before[2] === volume ? before[3] : taker;
    const bar: Bar = [ts, close, volume, known];
    const origin = !before
      ? 'added'
      : bar.every((v, i) => Object.is(v, before[i]))
        ? 'unchanged'
        : 'restated';
    byTs.set(ts, { bar, origin });
  }
  return [...byTs.values()].sort((a, b) => a.bar[0] - b.bar[0]);
}

it('joins runs as a table of bars by their time would, whatever the stretches they come in', async () => {
  const lengths = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(run, run, lengths, lengths, async (stored, imported, storedIn, importedIn) => {
      const merged: { bar: Bar; origin: string }[] = [];
      const parts = mergeBars(stretches(toBars(stored), storedIn), stretches(toBars(imported), importedIn));
      for await (const { bars, origin } of parts) {
        expect(origin).toHaveLength(bars.length);
        for (const name of BAR_FIELDS) expect(bars[name]).toHaveLength(bars.length);
        for (let i = 0; i < bars.length; i++) {
          const bar: Bar = [bars.ts[i], bars.close[i], bars.volume[i], bars.takerBuyVolume[i]];
          merged.push({ bar, origin: ORIGINS[origin[i]] });
        }
      }
      expect(merged).toEqual(expected(stored, imported));
    }),
  );
});

it('lets go of both runs when its reader has seen enough', async () => {
  const closed: string[] = [];
  async function* endless(name: string): AsyncGenerator<Bars> {
    try {
      for (let ts = 1; ; ts++) yield toBars([[ts, 10, 5, 1]]);
    } finally {
      closed.push(name);
    }
  }
  for await (const { bars } of mergeBars(endless('stored'), endless('imported'))) if (bars.ts[0] > 5) break;
  expect(closed).toEqual(['stored', 'imported']);
});
