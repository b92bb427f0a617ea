import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allocateBars, type Bars, sliceBars } from '@/lib/core/bar.ts';
import { decodeBars } from '@/lib/core/bar-codec.ts';
import { composeImage } from '@/lib/core/image/compose.ts';
import { IMAGE } from '@/lib/core/image/schema.ts';
import { createRandom } from '@/lib/core/random.ts';
import { openSnapshot } from '@/lib/core/snapshot.ts';
import { decodeSnapshot } from '@/lib/core/snapshot-codec.ts';
import { barAtTs, tsOfBar } from '@/lib/core/time-runs.ts';
import { OPERATOR } from '../auth/actor.ts';
import { unpackSnapshot } from '../bars/snapshot-bytes.ts';
import { closeDatabase, configureDatabase, getDb } from '../db/connection.ts';
import { HOUR, START, useScratchHome } from '../testing/bar-files.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { openSeries, searchSeries, seriesBars, seriesStretch } from './explore.ts';
import { ruleSetByNumber } from './rule-set.ts';
import { runScan, SCAN_SEED } from './scan.ts';
import { storeBars } from './store-bars.ts';

const ANALYST = { kind: 'person', id: 'ana', name: 'Ana', role: 'analyst' } as const;
/** More than one row group of a Parquet file. */
const LONG = 150_000;

let database: TestDatabase;
let removeHome: () => Promise<void>;

beforeAll(async () => {
  removeHome = await useScratchHome();
  database = await testDatabase();
  configureDatabase(database.url);
});

afterAll(async () => {
  await closeDatabase();
  await database.drop();
  await removeHome();
});

/** Hourly bars of a random walk with a gap of three bars every 1,000 and a long one after 40,000; some takers unknown. */
function walk(length: number, seed: number): Bars {
  const random = createRandom(seed);
  const bars = allocateBars(length);
  let ts = START;
  let price = 100;
  for (let i = 0; i < length; i++) {
    ts += i === 40_000 ? 100 * HOUR : i % 1000 === 999 ? 4 * HOUR : HOUR;
    bars.ts[i] = ts;
    bars.open[i] = price;
    price *= 1 + 0.01 * random.normal();
    bars.close[i] = price;
    bars.high[i] = Math.max(bars.open[i], price) * (1 + 0.004 * random.next());
    bars.low[i] = Math.min(bars.open[i], price) * (1 - 0.004 * random.next());
    bars.volume[i] = 10 + 20 * random.next();
    bars.takerBuyVolume[i] = i % 700 === 3 ? Number.NaN : bars.volume[i] / 2;
  }
  return bars;
}

async function store(symbol: string, bars: Bars): Promise<number> {
  const { seriesId } = await storeBars({ venue: 'test', symbol, timeframe: '1h' }, () => [bars], {
    gridOffsetMs: 0,
    synthetic: false,
    signal: new AbortController().signal,
  });
  return seriesId;
}

/** What decimation means, said as plainly as can be: the reference that the server's SQL is held against. */
function decimated(bars: Bars, level: number): Bars {
  const out = allocateBars(Math.ceil(bars.length / level));
  for (let bucket = 0; bucket < out.length; bucket++) {
    const own = sliceBars(bars, bucket * level, Math.min(bars.length, (bucket + 1) * level));
    const sum = (column: Float64Array) => column.reduce((total, value) => total + value, 0);
    out.ts[bucket] = own.ts[0];
    out.open[bucket] = own.open[0];
    out.high[bucket] = Math.max(...own.high);
    out.low[bucket] = Math.min(...own.low);
    out.close[bucket] = own.close[own.length - 1];
    out.volume[bucket] = sum(own.volume);
    out.takerBuyVolume[bucket] = sum(own.takerBuyVolume);
  }
  return out;
}

function expectSameBars(answer: Bars, expected: Bars): void {
  for (const name of ['ts', 'open', 'high', 'low', 'close'] as const)
    expect(answer[name]).toEqual(expected[name]);
  // The order in which a database adds is its own.
  for (const name of ['volume', 'takerBuyVolume'] as const) {
    expect(answer[name].length).toBe(expected[name].length);
    const apart = answer[name].findIndex(
      (value, i) =>
        Number.isNaN(value) !== Number.isNaN(expected[name][i]) ||
        Math.abs(value - expected[name][i]) > 1e-9 * expected[name][i],
    );
    expect(apart, `${name} of the first bucket that differs`).toBe(-1);
  }
}

describe('bars of a range', () => {
  const bars = walk(LONG, 1);
  let id: number;
  let version: string;
  beforeAll(async () => {
    id = await store('LONG', bars);
    version = (await openSeries(ANALYST, { id })).version;
  });
  const ask = async (from: number, to: number, level = 1) =>
    decodeBars(await seriesBars(ANALYST, { id, version, from, to, level }));

  test.each([
    [1, 0, 1024],
    [1, 122_000, 124_000],
    [2, 39_998, 40_010],
    [7, 700, 7700],
    [64, 64_000, LONG],
    [256, 0, LONG],
  ])('at level %i from %i to %i are the brute-force reference', async (level, from, to) => {
    expectSameBars(await ask(from, to, level), decimated(sliceBars(bars, from, to), level));
  });

  test('end before `to`, also where that cuts a bucket short: nothing of what comes after is in the answer', async () => {
    const cursor = 1000 * 64 + 10;
    const answer = await ask(0, cursor + 1, 64);
    expectSameBars(answer, decimated(sliceBars(bars, 0, cursor + 1), 64));
    expect(answer.close[answer.length - 1]).toBe(bars.close[cursor]);
    const exact = await ask(cursor - 99, cursor + 1);
    expect(exact.length).toBe(100);
    expect(Math.max(...exact.ts)).toBe(bars.ts[cursor]);
  });

  test('end with the series where more are asked for', async () => {
    expectSameBars(await ask(LONG - 5, LONG + 500), sliceBars(bars, LONG - 5, LONG));
    expect((await ask(LONG, LONG + 10)).length).toBe(0);
  });

  test('are refused in words where the range is none, too long, or not on its level’s grid', async () => {
    await expect(ask(5, 5)).rejects.toThrow('Bars 5 to 5 at level 1 are none; ask for 1 to 4096.');
    await expect(ask(0, LONG, 2)).rejects.toThrow('at level 2 are 75000; ask for 1 to 4096.');
    await expect(ask(3, 100, 2)).rejects.toThrow('from is 3; at level 2 it must be a multiple of 2.');
  });

  test('of another import are a conflict that says what to do', async () => {
    const more = walk(LONG + 10, 1);
    await store('LONG', sliceBars(more, LONG, LONG + 10));
    await expect(ask(0, 10)).rejects.toThrow(
      'Other bars of test LONG 1h have been imported since; open it again.',
    );
    const opened = await openSeries(ANALYST, { id });
    expect(opened).toMatchObject({ bars: LONG + 10, lastTs: more.ts[LONG + 9] });
    expect(opened.version).not.toBe(version);
    version = opened.version;
    expectSameBars(await ask(LONG - 2, LONG + 2), sliceBars(more, LONG - 2, LONG + 2));
  });
});

test('an opened series gives every bar its time, and where its segments begin', async () => {
  const bars = walk(45_000, 2);
  const id = await store('TIMES', bars);
  const { runs, segments, ...opened } = await openSeries(ANALYST, { id });
  expect(opened).toMatchObject({ bars: 45_000, firstTs: bars.ts[0], lastTs: bars.ts[44_999], ruleSets: [] });
  expect(segments).toEqual([0, 40_000]);
  const times = { ...runs, length: opened.bars, timeframeMs: opened.timeframeMs };
  for (const bar of [0, 998, 999, 1000, 39_999, 40_000, 44_999]) {
    expect(tsOfBar(times, bar)).toBe(bars.ts[bar]);
    expect(barAtTs(times, bars.ts[bar])).toBe(bar);
  }
});

describe('a stretch of windows', () => {
  const ROW = { M: 0.02, rsiMean: 0.5, rsiStd: 0.15, drMean: 0, drStd: 0.05, p0_5: -2.5, p99_5: 2.5 };
  const bars = walk(3500, 3);
  let id: number;
  let version: string;
  beforeAll(async () => {
    id = await store('STRETCH', bars);
    const { id: ruleSetId } = await ruleSetByNumber(1);
    await runScan({
      payload: { seriesId: id, ruleSetId, lookbackDays: null, seed: SCAN_SEED },
      actor: OPERATOR,
      signal: new AbortController().signal,
      progress: () => undefined,
      log: () => undefined,
    });
    version = (await openSeries(ANALYST, { id })).version;
  });

  test('paints the very images that predict paints from the stored snapshots', async () => {
    const windows = await getDb().window.findMany({ where: { seriesId: id }, include: { snapshot: true } });
    expect(windows.length).toBeGreaterThan(100);
    const image = new Uint8Array(IMAGE.bytes);
    const stored = new Uint8Array(IMAGE.bytes);
    let compared = 0;
    for (const from of [128, 1130, 3000]) {
      const to = Math.min(bars.length, from + 1000);
      const stretch = openSnapshot(decodeSnapshot(await seriesStretch(ANALYST, { id, version, from, to })));
      expect(stretch.bars.ts[stretch.t]).toBe(bars.ts[to - 1]);
      for (const { ts, snapshot } of windows) {
        const t = bars.ts.indexOf(ts);
        if (t < from || t >= to) continue;
        composeImage(image, 0, stretch.bars, stretch.indicators, stretch.t - (to - 1 - t), ROW);
        const own = openSnapshot(unpackSnapshot(snapshot.bytes));
        composeImage(stored, 0, own.bars, own.indicators, own.t, ROW);
        expect(Buffer.compare(image, stored), `image at bar ${t}`).toBe(0);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(80);
  });

  test('holds no bar after its last window, and is refused where it leaves its segment or is too long', async () => {
    const ask = (from: number, to: number) => seriesStretch(ANALYST, { id, version, from, to });
    expect(Math.max(...decodeSnapshot(await ask(500, 501)).bars.ts)).toBe(bars.ts[500]);
    await expect(ask(10, 200)).rejects.toThrow(
      'Windows at bars 10 to 199 do not lie in one segment of test STRETCH 1h; its windows end at bars 63 to 3499.',
    );
    await expect(ask(3400, 3501)).rejects.toThrow('do not lie in one segment');
    await expect(ask(200, 200)).rejects.toThrow('are 0; ask for 1 to 4096.');
    await expect(ask(128, 128 + 4097)).rejects.toThrow('are 4097; ask for 1 to 4096.');
  });
});

describe('searching series', () => {
  beforeAll(async () => {
    const bars = walk(200, 4);
    for (const [venue, symbol] of [
      ['binance', 'BTCUSDT'],
      ['binance', 'ETHUSDT'],
      ['kraken', 'BTCEUR'],
    ]) {
      const name = { venue, symbol, timeframe: '1h' };
      await storeBars(name, () => [bars], {
        gridOffsetMs: 0,
        synthetic: false,
        signal: new AbortController().signal,
      });
    }
    await getDb().series.create({
      data: { venue: 'empty', symbol: 'BTCNONE', timeframe: '1h', timeframeMs: HOUR, gridOffsetMs: 0 },
    });
  });
  const found = async (text: string, more: { timeframe?: string; limit?: number } = {}) => {
    const { series, total } = await searchSeries(ANALYST, { text, limit: 50, ...more });
    return [series.map(({ symbol }) => symbol), total];
  };

  test('takes words in any order and case, and leaves out series without bars', async () => {
    expect(await found('btc')).toEqual([['BTCUSDT', 'BTCEUR'], 2]);
    expect(await found('usdt Binance 1H')).toEqual([['BTCUSDT', 'ETHUSDT'], 2]);
    expect(await found('btc_')).toEqual([[], 0]);
    expect(await found('%')).toEqual([[], 0]);
  });

  test('counts what its limit leaves out', async () => {
    expect(await found('binance', { limit: 1 })).toEqual([['BTCUSDT'], 2]);
    expect(await found('binance', { timeframe: '4h' })).toEqual([[], 0]);
  });
});
