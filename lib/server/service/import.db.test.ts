import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Bars } from '@/lib/core/bar.ts';
import { OPERATOR } from '../auth/actor.ts';
import { readBars } from '../bars/store.ts';
import { closeDatabase, configureDatabase, getDb } from '../db/connection.ts';
import { storage } from '../storage.ts';
import {
  HOUR,
  headedCsv,
  importFile,
  klineCsv,
  START,
  upload,
  useScratchHome,
  walkBars,
  writeBars,
} from '../testing/bar-files.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { listSeries, sweepBars } from './series.ts';

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

async function barsOf(symbol: string): Promise<Bars> {
  const series = await getDb().series.findFirstOrThrow({ where: { symbol } });
  return readBars(series.barsKey ?? '');
}

async function symbols(): Promise<string[]> {
  return (await listSeries(OPERATOR)).series.map(({ symbol }) => symbol);
}

const text = (content: string) => new Uint8Array(Buffer.from(content));

test.each([
  ['ms', 1, false],
  ['ms and a header', 1, true],
  ['µs', 1000, false],
  ['µs and a header', 1000, true],
])('an exchange kline zip with %s imports to the same bars as its text', async (label, unit, header) => {
  const walk = walkBars(50);
  const symbol = `ZIP${unit}${header}`;
  const zip = zipSync({ 'ABC-1h-2024-01.csv': text(klineCsv(walk, { unit, header })) });
  const report = await importFile(zip, { symbol, name: 'ABC-1h-2024-01.zip' });
  expect(report, label).toMatchObject({ rowsRead: 50, barsAdded: 50, rejected: [], gaps: 0 });
  const bars = await barsOf(symbol);
  expect(Array.from(bars.ts)).toEqual(walk.map(({ ts }) => ts));
  expect(Array.from(bars.close)).toEqual(walk.map(({ close }) => Number(close)));
  expect(Array.from(bars.takerBuyVolume)).toEqual(walk.map(({ taker }) => Number(taker)));
});

test('a zip of several months lands as one series, whatever the order of its entries', async () => {
  const walk = walkBars(90);
  const zip = zipSync({
    'b.csv': text(klineCsv(walk.slice(60))),
    'a.csv': text(klineCsv(walk.slice(0, 60), { header: true })),
    'notes.md': text('nothing'),
  });
  expect(await importFile(zip, { symbol: 'MONTHS' })).toMatchObject({
    rowsRead: 90,
    barsAdded: 90,
    rejected: [],
  });
  expect(Array.from((await barsOf('MONTHS')).ts)).toEqual(walk.map(({ ts }) => ts));
});

test('a gzip with headers is previewed with venue, symbol, timeframe and columns guessed', async () => {
  const preview = await upload(gzipSync(headedCsv(walkBars(20))), 'binance-spot_BTCUSDT_1h_2017-2020.csv.gz');
  expect(preview).toMatchObject({
    format: 'headed',
    venue: 'binance-spot',
    symbol: 'BTCUSDT',
    timeframe: '1h',
  });
  expect(preview.columns).toEqual({
    ts: 'ts_ms',
    open: 'open',
    high: 'high',
    low: 'low',
    close: 'close',
    volume: 'volume',
    taker_buy_volume: 'taker_buy_volume',
  });
  expect(preview.sample[0]).toHaveLength(7);
});

test('the timeframe is guessed from the stamps where the name does not say', async () => {
  const preview = await upload(headedCsv(walkBars(20, 1, START, 300_000)), 'export.csv');
  expect(preview).toMatchObject({ venue: null, symbol: null, timeframe: '5m' });
});

test('columns with other names are read where a person says which they are', async () => {
  const lines = walkBars(10).map(
    (bar) =>
      `"${new Date(bar.ts).toISOString()}";"${bar.close}";"${bar.open}";"${bar.low}";"${bar.high}";"${bar.volume}"`,
  );
  const csv = `Wann;Ende;Anfang;Tief;Hoch;Menge\n${lines.join('\n')}\n`;
  await expect(importFile(csv, { symbol: 'MAPPED' })).rejects.toThrow(
    /no column was found for ts among Wann, Ende/,
  );
  const columns = { ts: 'Wann', open: 'Anfang', high: 'Hoch', low: 'Tief', close: 'Ende', volume: 'Menge' };
  await expect(importFile(csv, { symbol: 'MAPPED', columns: { ...columns, low: 'Low' } })).rejects.toThrow(
    /low was to be read from "Low", but the columns are Wann/,
  );
  expect(await importFile(csv, { symbol: 'MAPPED', columns })).toMatchObject({ barsAdded: 10, rejected: [] });
  const bars = await barsOf('MAPPED');
  expect(bars.ts[1]).toBe(START + HOUR);
  expect(bars.takerBuyVolume.every(Number.isNaN)).toBe(true);
});

/** One bad row of each kind among good ones, with blank lines that must not shift the line numbers. */
function fileWithDefects(): string {
  const walk = walkBars(30);
  const line = (
    i: number,
    change: Partial<Record<'ts' | 'high' | 'low' | 'volume' | 'taker' | 'close', string>> = {},
  ) => {
    const bar = { ...walk[i], ts: String(walk[i].ts), ...change };
    return `${bar.ts},${bar.open},${bar.high},${bar.low},${bar.close},${bar.volume},${bar.taker}`;
  };
  return [
    'ts_ms,open,high,low,close,volume,taker_buy_volume', // 1
    line(0), // 2
    '', // 3
    line(1, { high: '1', low: '2' }), // 4
    line(2, { volume: '-5', taker: '' }), // 5
    '', // 6
    line(3, { close: 'n/a' }), // 7
    line(4, { ts: String(walk[4].ts + 60_000) }), // 8
    line(5, { taker: '99999' }), // 9
    line(6), // 10
    line(6), // 11
    line(7, { taker: 'many' }), // 12
    `${walk[8].ts},1,2`, // 13
    ...walk.slice(9).map((_, i) => line(i + 9)), // 14 to 34
    '',
  ].join('\n');
}

test('bad rows are left out, counted by kind with their line numbers, and the good ones land', async () => {
  const report = await importFile(fileWithDefects(), { symbol: 'DEFECTS' });
  const lines = Object.fromEntries(
    report.rejected.map(({ kind, examples }) => [kind, examples.map((e) => e.line)]),
  );
  expect(lines).toEqual({
    high_below_low: [4],
    negative_volume: [5],
    not_finite: [7, 12, 13],
    off_grid: [8],
    taker_out_of_range: [9],
    duplicate: [11],
  });
  expect(report).toMatchObject({ rowsRead: 31, barsAdded: 23, gaps: 2 });
  expect(report.rejected.find(({ kind }) => kind === 'high_below_low')?.examples[0].message).toBe(
    'line 4: high 1 < low 2',
  );
});

test('an imported file is no longer kept, a refused one is, to be imported in another way', async () => {
  const kept = () => readdirSync(storage.path('uploads')).length;
  const before = existsSync(storage.path('uploads')) ? kept() : 0;
  await importFile(headedCsv(walkBars(20)), { symbol: 'SPENT' });
  expect(kept()).toBe(before);
  await expect(importFile(fileWithDefects(), { symbol: 'SPENT', strict: true })).rejects.toThrow(/strict/);
  expect(kept()).toBe(before + 1);
});

test('a strict import refuses the whole file and says why', async () => {
  await expect(importFile(fileWithDefects(), { symbol: 'STRICT', strict: true })).rejects.toThrow(
    /8 of 31 rows of bars.csv are no bars, and the import is strict/,
  );
  expect(await symbols()).not.toContain('STRICT');
});

test('the same bars again change nothing, not even the file', async () => {
  const csv = headedCsv(walkBars(40));
  await importFile(csv, { symbol: 'SAME' });
  const before = await getDb().series.findFirstOrThrow({ where: { symbol: 'SAME' } });
  const again = await importFile(gzipSync(csv), { symbol: 'SAME', name: 'again.csv.gz' });
  expect(again).toMatchObject({ barsAdded: 0, barsUnchanged: 40, barsRestated: 0 });
  expect(await getDb().series.findFirstOrThrow({ where: { symbol: 'SAME' } })).toEqual(before);
});

test('overlapping imports merge, the newest says what a bar was, and a known taker volume is not lost', async () => {
  const walk = walkBars(60);
  await importFile(headedCsv(walk.slice(0, 40)), { symbol: 'OVERLAP' });
  const second = walk
    .slice(30)
    .map((bar, i) => (i === 0 ? { ...bar, volume: '77', taker: '7' } : { ...bar, taker: '' }));
  expect(await importFile(headedCsv(second), { symbol: 'OVERLAP' })).toMatchObject({
    barsAdded: 20,
    barsUnchanged: 9,
    barsRestated: 1,
  });
  const bars = await barsOf('OVERLAP');
  expect(bars.length).toBe(60);
  expect([bars.volume[30], bars.takerBuyVolume[30]]).toEqual([77, 7]);
  expect(bars.takerBuyVolume[35]).toBe(Number(walk[35].taker));
  expect(bars.takerBuyVolume[50]).toBeNaN();
});

test('bars of another timeframe are refused with the timeframe they are', async () => {
  await expect(importFile(headedCsv(walkBars(20, 1, START, 300_000)), { symbol: 'OTHER' })).rejects.toThrow(
    /imported as 1h, but its bars are 300000 ms apart, which is 5m/,
  );
});

test.each(['unpacking', 'checking', 'merging'])(
  'an import cancelled while %s leaves nothing',
  async (stage) => {
    const stop = new AbortController();
    const running = importFile(headedCsv(walkBars(200)), {
      symbol: 'CANCELLED',
      signal: stop.signal,
      onProgress: (_, message) => {
        if (message === stage) stop.abort('cancelled');
      },
    });
    await expect(running).rejects.toBeDefined();
    expect(await symbols()).not.toContain('CANCELLED');
    expect(readdirSync(storage.path('.scratch'))).toEqual([]);
  },
);

test('a bar file that no series points to is invisible and swept away, a referenced one stays', async () => {
  await importFile(headedCsv(walkBars(20)), { symbol: 'KEPT' });
  const bars = await barsOf('KEPT');
  const orphan = await writeBars({ venue: 'test', symbol: 'CRASHED', timeframe: '1h' }, bars);
  expect(await symbols()).not.toContain('CRASHED');
  expect(await sweepBars(-1000)).toBeGreaterThanOrEqual(1);
  expect(await storage.exists(orphan)).toBe(false);
  expect((await barsOf('KEPT')).length).toBe(20);
});

test('a zip bomb is refused', async () => {
  const bomb = zipSync({ 'a.csv': new Uint8Array(Buffer.alloc(64 * 2 ** 20, '1,2,3,4,5,6\n')) });
  await expect(importFile(bomb, { symbol: 'BOMB', name: 'bomb.zip' })).rejects.toThrow(
    /far more than bars of its size/,
  );
  const many = zipSync(Object.fromEntries(Array.from({ length: 2001 }, (_, i) => [`${i}.csv`, text('1')])));
  await expect(importFile(many, { symbol: 'BOMB', name: 'many.zip' })).rejects.toThrow(/holds 2001 entries/);
});

test.each([
  ['a text named .zip', 'bars.zip', headedCsv(walkBars(5)), /bars\.zip is named like an archive.*is none/],
  ['a text named .gz', 'bars.csv.gz', headedCsv(walkBars(5)), /bars\.csv\.gz is named like an archive/],
  ['an empty zip', 'bars.zip', zipSync({}), /bars\.zip holds no \.csv file/],
  ['a text without columns', 'note.csv', 'nothing to see\nhere\n', /note\.csv has 1 column; a bar file has/],
  ['a text with too few columns', 'a.csv', 'ts,open,high\n1,2,3\n', /a\.csv has 3 columns; a bar file has/],
  ['a text with very many columns', 'a.csv', `${'x,'.repeat(4000)}\n`, /a\.csv has over 200 columns/],
  ['an empty file', 'a.csv', '', /a\.csv is empty/],
])('%s is refused with words, and not kept', async (_, name, content, words) => {
  const before = readdirSync(storage.path('uploads')).length;
  await expect(upload(content, name)).rejects.toMatchObject({
    name: 'Refusal',
    message: expect.stringMatching(words),
  });
  expect(readdirSync(storage.path('uploads')).length).toBe(before);
});

test('a preview reads no further than it must: what is broken behind that is the import’s to refuse', async () => {
  const csv = headedCsv(walkBars(20_000));
  const gzip = gzipSync(csv);
  for (const [name, broken] of [
    ['cut.csv.gz', gzip.subarray(0, gzip.length / 2)],
    [
      'bomb.zip',
      zipSync({ 'a.csv': text(csv), 'b.csv': new Uint8Array(Buffer.alloc(256 * 2 ** 20, '1\n')) }),
    ],
  ] as const) {
    expect(await upload(broken, name)).toMatchObject({ timeframe: '1h', columns: { ts: 'ts_ms' } });
    await expect(importFile(broken, { symbol: 'BROKEN', name })).rejects.toMatchObject({ name: 'Refusal' });
  }
  expect(await symbols()).not.toContain('BROKEN');
});

test('rows that run backwards or overlap across files land in order, the first of two at a time', async () => {
  const walk = walkBars(3000);
  const later = walk.slice(1000).map((bar) => ({ ...bar, volume: '99' }));
  const zip = zipSync({
    'backwards.csv': text(headedCsv(walk.slice(0, 1500).reverse())),
    'after.csv': text(headedCsv(later)),
  });
  const report = await importFile(zip, { symbol: 'BACKWARDS', name: 'two.zip' });
  expect(report).toMatchObject({ rowsRead: 3500, barsAdded: 3000, gaps: 0 });
  expect(report.rejected).toMatchObject([{ kind: 'duplicate', count: 500 }]);
  expect(report.rejected[0].examples[0]).toMatchObject({
    line: 2,
    message: expect.stringMatching(/^two\.zip\/after\.csv line 2: /),
  });
  const bars = await barsOf('BACKWARDS');
  expect(Array.from(bars.ts)).toEqual(walk.map(({ ts }) => ts));
  expect(bars.volume[1499]).toBe(Number(walk[1499].volume));
  expect(bars.volume[1500]).toBe(99);
});

test('a series lies on the grid most of its first bars lie on, before 1970 too', async () => {
  const half = HOUR / 2;
  const walk = [...walkBars(20, 1, Date.UTC(1960, 0, 1) + half), ...walkBars(3, 2, Date.UTC(1961, 0, 1))];
  const report = await importFile(headedCsv(walk), { symbol: 'HALF' });
  expect(report.rejected).toMatchObject([{ kind: 'off_grid', count: 3 }]);
  const { gridOffsetMs } = await getDb().series.findFirstOrThrow({ where: { symbol: 'HALF' } });
  expect(gridOffsetMs).toBe(half);
});

test('mutated files are imported whole, or refused with a sentence and nothing of them lands', async () => {
  const zip = zipSync({ 'a.csv': text(klineCsv(walkBars(40))) });
  const plain = text(headedCsv(walkBars(40)));
  const gzip = new Uint8Array(gzipSync(plain));
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(zip, plain, gzip),
      fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), { maxLength: 12 }),
      fc.double({ min: 0.1, max: 1, noNaN: true }),
      async (original, changes, share) => {
        const bytes = original.slice(0, Math.ceil(original.length * share));
        for (const [at, value] of changes) bytes[Math.floor(at * (bytes.length - 1))] = value;
        const symbol = `M${run++}`;
        try {
          const report = await importFile(bytes, { symbol });
          const rejected = report.rejected.reduce((sum, { count }) => sum + count, 0);
          expect(report.barsAdded).toBe(report.rowsRead - rejected);
          expect((await barsOf(symbol)).length).toBe(report.barsAdded);
        } catch (error) {
          expect(error).toHaveProperty('name', 'Refusal');
          expect(await getDb().series.count({ where: { symbol } })).toBe(0);
        }
      },
    ),
    { numRuns: 60, seed: 7 },
  );
});

const REAL = '../shared/data/bars';
test.skipIf(!existsSync(REAL))(
  'real files import without a rejected row (skipped where ../shared/data/bars is not there)',
  async () => {
    const names = [
      'binance-spot_BTCUSDT_1h.csv.gz',
      'us-equity_AAPL_1h_1998-2021.csv.gz',
      'cffex_IF-main_1m.csv.gz',
    ];
    for (const name of names) {
      const content = readFileSync(`${REAL}/${name}`);
      const { venue, symbol, timeframe } = await upload(content, name);
      const target = { name, venue: venue ?? '', symbol: symbol ?? '', timeframe: timeframe ?? '' };
      const report = await importFile(content, target);
      expect(report.rejected).toEqual([]);
      expect(report.barsAdded).toBe(report.rowsRead);
    }
    const gaps = await getDb().series.findMany({ where: { symbol: { in: ['BTCUSDT', 'AAPL', 'IF-main'] } } });
    const setting = Object.fromEntries(gaps.map((series) => [series.symbol, series.maxWindowGap]));
    expect(setting.BTCUSDT).toBe(2.5);
    expect(setting.AAPL).toBeGreaterThan(64);
    expect(setting['IF-main']).toBeGreaterThan(90);
  },
);
