import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../random.ts';
import { createOrder, type OrderOptions, type Waiting } from './order.ts';
import type { Mix } from './strategy.ts';
import { SPACING, type Span } from './timeline.ts';

const NOTHING: Mix = { deficit: 0, uncertainty: 0, disagreement: 0, diversity: 0, drift: 0, random: 0 };
const BY_DEFICIT: OrderOptions = {
  mix: { ...NOTHING, deficit: 1 },
  rankings: {},
  sample: new Int32Array(0),
  chosen: new Int32Array(0),
  deficits: [2000, 2000, 2000, 2000, 2000],
  seed: 7,
  before: [],
};
const window = (seriesId: number, bar: number, classIndex = 0, hard = false): Waiting => ({
  seriesId,
  bar,
  classIndex,
  hard,
});
const order = (waiting: readonly Waiting[], options: Partial<OrderOptions> = {}) =>
  Array.from(createOrder(waiting, { ...BY_DEFICIT, ...options }).finish().order, (index) => waiting[index]);

/** `count` windows of a class, far from each other, dealt to `series` series. */
const apart = (count: number, classIndex: number, series = 5, hard = false) =>
  Array.from({ length: count }, (_, i) =>
    window(i % series, 1_000_000 * (classIndex + 1) + 100 * i, classIndex, hard),
  );

/** Windows as a scan keeps them: one in about 21 bars, a tenth of them of the scarcest class, two fifths `none`. */
function scanned(series: number, bars: number): Waiting[] {
  const random = createRandom(3);
  const upTo = [0.11, 0.32, 0.4, 0.58, 1];
  const windows: Waiting[] = [];
  for (let seriesId = 0; seriesId < series; seriesId++) {
    for (let bar = 128; bar < bars; bar += 1 + random.int(41)) {
      const drawn = random.next();
      const classIndex = upTo.findIndex((below) => drawn < below);
      windows.push(window(seriesId, bar, classIndex, classIndex === 4 && random.next() < 0.5));
    }
  }
  return windows;
}

const any = fc.record({
  seriesId: fc.integer({ min: 1, max: 3 }),
  bar: fc.integer({ min: 0, max: 400 }),
  classIndex: fc.integer({ min: 0, max: 4 }),
  hard: fc.boolean(),
});

describe('any mix', () => {
  const mixes = fc
    .tuple(...Array.from({ length: 6 }, () => fc.integer({ min: 0, max: 4 })))
    .filter((shares) => shares.some((share) => share > 0))
    .map(([deficit, uncertainty, disagreement, diversity, drift, random]) => {
      const sum = deficit + uncertainty + disagreement + diversity + drift + random;
      return {
        deficit: deficit / sum,
        uncertainty: uncertainty / sum,
        disagreement: disagreement / sum,
        diversity: diversity / sum,
        drift: drift / sum,
        random: random / sum,
      };
    });
  /** Every ranking takes some of the windows, in some order. */
  const setting = fc
    .tuple(fc.array(any, { maxLength: 80 }), mixes, fc.integer(), fc.array(any, { maxLength: 20 }))
    .map(([waiting, mix, seed, before]) => {
      const random = createRandom(seed);
      const some = (share: number) =>
        Int32Array.from(random.shuffle([...waiting.keys()]).filter(() => random.next() < share));
      const options: OrderOptions = {
        ...BY_DEFICIT,
        mix,
        rankings: { uncertainty: some(1), disagreement: some(0.3), diversity: some(0.1), drift: some(0.2) },
        sample: mix.random > 0 ? some(mix.random) : new Int32Array(0),
        chosen: some(0.1),
        seed,
        before,
      };
      return { waiting, options };
    });

  test('gives each window one place at most, all that some strategy takes, the same in pieces and each time', () => {
    fc.assert(
      fc.property(setting, fc.integer({ min: 1, max: 9 }), ({ waiting, options }, piece) => {
        const { mix, rankings, sample, chosen } = options;
        const whole = createOrder(waiting, options);
        const { order: placed, strategies } = whole.finish();
        const taken = new Set([
          ...(mix.deficit > 0 ? waiting.keys() : []),
          ...(mix.uncertainty > 0 ? rankings.uncertainty! : []),
          ...(mix.disagreement > 0 ? rankings.disagreement! : []),
          ...(mix.diversity > 0 ? rankings.diversity! : []),
          ...(mix.drift > 0 ? rankings.drift! : []),
          ...sample,
          ...chosen,
        ]);
        expect(whole.total).toBe(taken.size);
        expect(new Set(placed)).toEqual(taken);
        expect(placed).toHaveLength(taken.size);
        expect(strategies).toHaveLength(taken.size);
        const inPieces = createOrder(waiting, options);
        while (inPieces.advance(piece) < inPieces.total);
        expect(inPieces.finish()).toEqual({ order: placed, strategies });
      }),
    );
  });

  test('puts chosen windows first, and the random share in the order of its lots and by no other strategy', () => {
    fc.assert(
      fc.property(setting, ({ waiting, options }) => {
        const { order: placed, strategies } = createOrder(waiting, options).finish();
        const chosen = new Set(options.chosen);
        expect(new Set(placed.slice(0, chosen.size))).toEqual(chosen);
        const random = [...placed].filter((_, i) => strategies[i] === 'random');
        expect(random).toEqual([...options.sample].filter((i) => !chosen.has(i)));
        for (const [i, strategy] of strategies.entries()) expect(strategy === null).toBe(i < chosen.size);
      }),
    );
  });
});

describe('turns', () => {
  test('are shared by the strategies as the mix says, from the first places on', () => {
    const waiting = apart(4000, 0);
    const ranking = Int32Array.from(waiting.keys()).reverse();
    const { order: placed, strategies } = createOrder(waiting, {
      ...BY_DEFICIT,
      mix: { ...NOTHING, deficit: 0.5, uncertainty: 0.3, random: 0.2 },
      rankings: { uncertainty: ranking },
      sample: Int32Array.from({ length: 800 }, (_, i) => 5 * i + 1),
    }).finish();
    for (let from = 0; from < 1000; from += 50) {
      const here = strategies.slice(from, from + 50);
      for (const [strategy, share] of [
        ['deficit', 25],
        ['uncertainty', 15],
        ['random', 10],
      ] as const) {
        expect(Math.abs(here.filter((one) => one === strategy).length - share)).toBeLessThanOrEqual(1);
      }
    }
    const uncertain = [...placed].filter((_, i) => strategies[i] === 'uncertainty').slice(0, 100);
    expect(uncertain).toEqual([...uncertain].sort((a, b) => b - a));
  });

  test('of a strategy that has nothing to rank by go to the others', () => {
    const mix = { ...NOTHING, deficit: 0.5, uncertainty: 0.5 };
    const { strategies } = createOrder(apart(100, 0), { ...BY_DEFICIT, mix }).finish();
    expect(new Set(strategies)).toEqual(new Set(['deficit']));
    expect(strategies).toHaveLength(100);
  });

  test('are equal for classes with equal deficits, however many windows they have', () => {
    const waiting = [
      ...apart(5000, 1),
      ...apart(300, 0),
      ...apart(300, 2),
      ...apart(300, 3),
      ...apart(900, 4),
    ];
    for (let from = 0; from < 1000; from += 100) {
      const counts = [0, 0, 0, 0, 0];
      for (const { classIndex } of order(waiting).slice(from, from + 100)) counts[classIndex]++;
      for (const count of counts) expect(Math.abs(count - 20)).toBeLessThanOrEqual(1);
    }
  });

  test('go to a class by how many labels it still wants; one that wants none still comes up', () => {
    const waiting = [0, 1, 2, 3, 4].flatMap((c) => apart(2000, c));
    const counts = [0, 0, 0, 0, 0];
    const deficits = [2000, 1000, 500, 500, 0];
    for (const { classIndex } of order(waiting, { deficits }).slice(0, 1000)) counts[classIndex]++;
    const total = 1 + 0.5 + 0.25 + 0.25 + 0.02;
    for (const [i, share] of [1, 0.5, 0.25, 0.25, 0.02].entries()) {
      expect(Math.abs(counts[i] - (1000 * share) / total)).toBeLessThan(3);
    }
  });

  test('alternate between hard and plain windows of a class', () => {
    const waiting = [
      ...apart(500, 4),
      ...apart(500, 4, 5, true).map((w) => ({ ...w, bar: w.bar + 500_000 })),
    ];
    expect(
      order(waiting)
        .slice(0, 100)
        .filter(({ hard }) => hard),
    ).toHaveLength(50);
  });

  test('come to all series before any has its second, and early ones reach over all of time', () => {
    const waiting = Array.from({ length: 1600 }, (_, i) => window(i % 8, 100 * i, 0));
    const first = order(waiting).slice(0, 64);
    for (let from = 0; from < 64; from += 8) {
      expect(new Set(first.slice(from, from + 8).map(({ seriesId }) => seriesId)).size).toBe(8);
    }
    for (let series = 0; series < 8; series++) {
      const bars = first.filter((w) => w.seriesId === series).map(({ bar }) => bar);
      expect(new Set(bars.map((bar) => Math.floor(bar / 40_000))).size).toBe(4);
    }
  });
});

describe('windows of a series that share bars', () => {
  test('are kept apart, also across classes and from those placed before', () => {
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
    const served = [...before, ...order(waiting, { before })].slice(0, 3_500);
    let tooNear = 0;
    for (let i = 0; i < served.length; i++) {
      for (let j = Math.max(0, i - SPACING + 1); j < i; j++) if (overlap(served[i], served[j])) tooNear++;
    }
    expect(tooNear).toBe(0);
  });

  test('still all come when nothing else is left', () => {
    expect(order(Array.from({ length: 50 }, (_, i) => window(1, i)))).toHaveLength(50);
  });

  test('come in the order of time, so that one person alone is rarely kept from any', () => {
    const waiting = scanned(8, 40_000);
    const scarcest = 5 * waiting.filter(({ classIndex }) => classIndex === 2).length;
    const before = takingTurnsOnly(waiting);
    const after = order(waiting);
    // While all five classes have windows left none is lost, where without regard to time every third is.
    expect(share(lostToOnePerson(before.slice(0, scarcest)), scarcest)).toBeGreaterThan(0.3);
    expect(share(lostToOnePerson(after.slice(0, scarcest)), scarcest)).toBe(0);
    // Over the whole queue those are lost that wait behind the turns of scarcer classes.
    expect(share(lostToOnePerson(before), waiting.length)).toBeGreaterThan(0.55);
    expect(share(lostToOnePerson(after), waiting.length)).toBeLessThan(0.45);
    // Where classes have turns by their number, only the crowd at the end is.
    const deficits = [11, 21, 8, 18, 42];
    const even = order(waiting, { deficits });
    expect(share(lostToOnePerson(even), waiting.length)).toBeLessThan(0.3);
    expect(share(lostToOnePerson(even.slice(0, waiting.length / 2)), waiting.length / 2)).toBe(0);
  }, 60_000);

  test('of series too short to keep them apart come in the order of time, the series by turns', () => {
    const waiting = [1, 2, 3, 4].flatMap((seriesId) =>
      Array.from({ length: 60 }, (_, i) => window(seriesId, 1_000 + 20 * i, (i * 7) % 5)),
    );
    const placed = order(waiting);
    expect(lostToOnePerson(placed)).toBe(0);
    for (let from = 0; from < 240; from += 4) {
      expect(new Set(placed.slice(from, from + 4).map(({ seriesId }) => seriesId)).size).toBe(4);
    }
  });

  test('that a later one before them has spoiled come behind all others of their class', () => {
    const waiting = [window(1, 1_000), ...apart(60, 0), window(1, 1_100)];
    const placed = order(waiting, { before: [window(1, 1_040)] });
    expect(placed.at(-1)).toEqual(window(1, 1_000));
    expect(placed.slice(0, 10)).not.toContainEqual(window(1, 1_000));
  });

  /** Equal turns for the classes, each in any order: what the mix would be without regard to time. */
  function takingTurnsOnly(waiting: readonly Waiting[]): Waiting[] {
    const random = createRandom(5);
    const lines = [0, 1, 2, 3, 4].map((c) => random.shuffle(waiting.filter((w) => w.classIndex === c)));
    const rounds = Math.max(...lines.map(({ length }) => length));
    return Array.from({ length: rounds }, (_, round) => lines.flatMap((line) => line[round] ?? [])).flat();
  }

  /** How many a claim would keep from somebody who works alone: a later window that shares bars was served before. */
  function lostToOnePerson(placed: readonly Waiting[]): number {
    const served = new Map<number, Waiting[]>();
    let lost = 0;
    for (const one of placed) {
      const own = served.get(one.seriesId) ?? [];
      served.set(one.seriesId, own);
      if (own.some((other) => other.bar > one.bar && overlap(one, other))) lost++;
      else own.push(one);
    }
    return lost;
  }
});

function overlap(a: Span, b: Span): boolean {
  return a.seriesId === b.seriesId && Math.abs(a.bar - b.bar) < 64;
}

function share(count: number, of: number): number {
  return count / of;
}
