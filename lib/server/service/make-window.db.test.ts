import { afterAll, beforeAll, expect, test } from 'vitest';
import { OPERATOR } from '../auth/actor.ts';
import { closeDatabase, configureDatabase, getDb } from '../db/connection.ts';
import { HOUR, headedCsv, importFile, START, useScratchHome, walkBars } from '../testing/bar-files.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { addPerson, labelInput } from '../testing/labelling.ts';
import { annotate } from './label.ts';
import { makeWindow } from './make-window.ts';
import { labelsOfRecord } from './record.ts';
import { ruleSetByNumber } from './rule-set.ts';
import { runScan, SCAN_SEED } from './scan.ts';

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

async function scan(seriesId: number): Promise<void> {
  const { id: ruleSetId } = await ruleSetByNumber(1);
  await runScan({
    payload: { seriesId, ruleSetId, lookbackDays: null, seed: SCAN_SEED },
    actor: OPERATOR,
    signal: new AbortController().signal,
    progress: () => undefined,
    log: () => undefined,
  });
}

const tsOf = (bar: number) => START + bar * HOUR;
const windowsAt = (seriesId: number, ts: number) =>
  getDb().window.findMany({ where: { seriesId, ts }, include: { snapshot: true } });

test('a window made at a bar is the one that a scan would store there, and is labelled without a queue', async () => {
  const bars = walkBars(1200, 7);
  const { seriesId: scanned } = await importFile(headedCsv(bars), { symbol: 'SCANNED' });
  const { seriesId } = await importFile(headedCsv(bars), { symbol: 'MADE' });
  await scan(scanned);
  const stored = await getDb().window.findMany({ where: { seriesId: scanned }, orderBy: { ts: 'asc' } });
  const ana = await addPerson('Ana');
  for (const { ts, snapshotHash } of [stored[0], stored[Math.floor(stored.length / 2)], stored.at(-1)!]) {
    const made = await makeWindow(ana, { id: seriesId, ts });
    expect(made).toMatchObject({ seriesId, ts });
    expect(await windowsAt(seriesId, ts)).toMatchObject([{ id: made.windowId, snapshotHash, stale: false }]);
  }

  const made = await makeWindow(ana, { id: seriesId, ts: tsOf(700) });
  const input = { ...labelInput({ itemId: null, windowId: made.windowId }, 'wedge'), sawFuture: true };
  expect((await annotate(ana, input)).annotation).toMatchObject({
    label: 'wedge',
    surplus: false,
    itemId: null,
  });
  const records = [];
  for await (const record of labelsOfRecord(ana)) records.push(record);
  expect(records).toMatchObject([{ windowId: made.windowId, label: 'wedge', sawFuture: true }]);

  await scan(seriesId);
  expect((await windowsAt(seriesId, tsOf(700))).map(({ id }) => id)).toEqual([made.windowId]);
});

test('a window that is there already is that window, asked for once or by many at once', async () => {
  const { seriesId } = await importFile(headedCsv(walkBars(900, 8)), { symbol: 'TWICE' });
  await scan(seriesId);
  const [known] = await getDb().window.findMany({ where: { seriesId }, take: 1 });
  const ana = await addPerson('Ana');
  expect((await makeWindow(ana, { id: seriesId, ts: known.ts })).windowId).toBe(known.id);
  const fresh = tsOf([...Array(600).keys()].map((i) => i + 200).find((bar) => tsOf(bar) !== known.ts) ?? 0);
  const made = await Promise.all(
    Array.from({ length: 8 }, () => makeWindow(ana, { id: seriesId, ts: fresh })),
  );
  expect(new Set(made.map(({ windowId }) => windowId)).size).toBe(1);
  expect(await windowsAt(seriesId, fresh)).toHaveLength(1);
});

test('where bars were restated a window of the new ones is made beside the stale one', async () => {
  const bars = walkBars(600, 9);
  const { seriesId } = await importFile(headedCsv(bars), { symbol: 'RESTATED' });
  const ana = await addPerson('Ana');
  const before = await makeWindow(ana, { id: seriesId, ts: tsOf(400) });
  bars[390] = { ...bars[390], close: bars[390].open };
  await importFile(headedCsv(bars), { symbol: 'RESTATED' });
  const after = await makeWindow(ana, { id: seriesId, ts: tsOf(400) });
  expect(after.windowId).not.toBe(before.windowId);
  const windows = await windowsAt(seriesId, tsOf(400));
  expect(windows.filter(({ stale }) => !stale).map(({ id }) => id)).toEqual([after.windowId]);
});

test('where no valid window ends the refusal says why', async () => {
  const bars = walkBars(700, 10);
  for (const bar of bars.slice(500)) bar.ts += 5 * HOUR;
  const { seriesId } = await importFile(headedCsv(bars), { symbol: 'GAPPED' });
  const ana = await addPerson('Ana');
  const at = (ts: number) => makeWindow(ana, { id: seriesId, ts });
  await expect(at(tsOf(97))).rejects.toThrow(
    'No valid window ends here: only 97 bars lie before it since 2024-01-01 00:00, where the series or a part of it begins, and 128 are needed.',
  );
  await expect(at(bars[520].ts)).rejects.toThrow(
    /No valid window ends here: among its 64 bars is a gap of 6 timeframes, from 2024-01-21 19:00 to 2024-01-22 01:00, and at most 2.5 are allowed\./,
  );
  await expect(at(tsOf(502))).rejects.toThrow('test GAPPED 1h has no bar at 2024-01-21T22:00:00.000Z.');
  await expect(makeWindow(ana, { id: 999_999, ts: 0 })).rejects.toThrow(
    'There is no series 999999 with bars.',
  );
  expect(await getDb().window.count({ where: { seriesId } })).toBe(0);
});
