import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createScan } from '@/lib/core/scan.ts';
import { CONTINUOUS_MARKET } from '@/lib/core/segment.ts';
import { openSnapshot } from '@/lib/core/snapshot.ts';
import { OPERATOR } from '../auth/actor.ts';
import { unpackSnapshot } from '../bars/snapshot-bytes.ts';
import { readBars } from '../bars/store.ts';
import { closeDatabase, configureDatabase, getDb } from '../db/connection.ts';
import { inTransaction } from '../db/transaction.ts';
import { findKnownSnapshots } from '../repo/scan.ts';
import { HOUR, headedCsv, importFile, useScratchHome, walkBars } from '../testing/bar-files.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { addPerson } from '../testing/labelling.ts';
import { makeDemoUniverse } from './demo.ts';
import { fillQueues } from './order-queue.ts';
import { ruleSetByNumber } from './rule-set.ts';
import { runScan, SCAN_SEED } from './scan.ts';
import { deleteSeries, listSeries, sweepSnapshots } from './series.ts';

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

async function scan(
  seriesId: number,
  ruleSetNumber = 1,
  signal = new AbortController().signal,
  stopAt?: () => void,
  seed = SCAN_SEED,
) {
  const { id: ruleSetId } = await ruleSetByNumber(ruleSetNumber);
  return runScan({
    payload: { seriesId, ruleSetId, lookbackDays: null, seed },
    actor: OPERATOR,
    signal,
    progress: (_, message) => {
      if (message === 'storing') stopAt?.();
    },
    log: () => undefined,
  });
}

const windowsOf = (seriesId: number) =>
  getDb().window.findMany({
    where: { seriesId },
    include: { weakLabels: true, snapshot: true },
    orderBy: [{ ts: 'asc' }, { stale: 'desc' }],
  });

test('a scan stores what the core keeps, with counts, votes and weights', async () => {
  const { seriesId } = await importFile(headedCsv(walkBars(3000)), { symbol: 'SCANNED' });
  const outcome = await scan(seriesId);
  const series = await getDb().series.findUniqueOrThrow({ where: { id: seriesId } });
  const { params } = await ruleSetByNumber(1);
  const own = createScan(await readBars(series.barsKey ?? ''), {
    timeframeMs: HOUR,
    segmentSettings: CONTINUOUS_MARKET,
    ruleSet: params,
    lookbackDays: 'all',
    seed: SCAN_SEED,
  });
  own.advance(own.totalBars);
  const { kept, validWindows } = own.finish();
  expect(outcome).toMatchObject({
    validWindows,
    kept: kept.length,
    newWindows: kept.length,
    unchanged: false,
  });
  const stored = await windowsOf(seriesId);
  expect(stored.map(({ ts }) => ts)).toEqual(kept.map(({ ts }) => ts));
  stored.forEach(({ weakLabels: [label] }, i) => {
    expect(label).toMatchObject({
      weakClass: kept[i].weakClass ?? 'none',
      inclusionProbability: kept[i].inclusionProbability,
      weight: kept[i].weight,
      direction: kept[i].direction,
      poleKatr: kept[i].poleKatr,
      votes: kept[i].votes,
    });
  });
  const listed = (await listSeries(OPERATOR)).series.find(({ id }) => id === seriesId)?.scan;
  const events = stored.filter(({ weakLabels }) => weakLabels[0].kind === 'event').length;
  expect(listed).toMatchObject({ ruleSetNumber: 1, current: true, validWindows });
  const { none, ...rest } = listed?.events ?? { none: 0 };
  expect(Object.values(rest).reduce((sum, count) => sum + count, 0)).toBe(events);
  expect(none).toBe(stored.filter(({ weakLabels }) => weakLabels[0].kind === 'sampled_none').length);
});

test('a stored snapshot gives the same indicators as the whole series, bit for bit', async () => {
  const { seriesId } = await importFile(headedCsv(walkBars(2000, 5)), { symbol: 'EXACT' });
  await scan(seriesId);
  const series = await getDb().series.findUniqueOrThrow({ where: { id: seriesId } });
  const bars = await readBars(series.barsKey ?? '');
  const whole = openSnapshot({ timeframeMs: HOUR, bars, state: null });
  for (const { ts, snapshot } of (await windowsOf(seriesId)).slice(-40)) {
    const opened = openSnapshot(unpackSnapshot(snapshot.bytes));
    const t = bars.ts.indexOf(ts);
    expect(opened.bars.ts[opened.t]).toBe(ts);
    expect(opened.bars.close[opened.t]).toBe(bars.close[t]);
    for (const name of ['atr', 'ema', 'rsi'] as const) {
      expect(opened.indicators[name].slice(-64)).toEqual(whole.indicators[name].slice(t - 63, t + 1));
    }
  }
});

test('the same scan again stores nothing, and another rule set shares the windows and touches no label', async () => {
  const { seriesId } = await importFile(headedCsv(walkBars(2000, 2)), { symbol: 'AGAIN' });
  await scan(seriesId);
  const before = await windowsOf(seriesId);
  expect(await scan(seriesId)).toMatchObject({ unchanged: true, newWindows: 0 });
  expect(await windowsOf(seriesId)).toEqual(before);

  await scan(seriesId, 1000);
  const { id: first } = await ruleSetByNumber(1);
  const after = await windowsOf(seriesId);
  const labels = (rows: typeof after) =>
    rows.flatMap(({ weakLabels }) => weakLabels.filter(({ ruleSetId }) => ruleSetId === first));
  expect(labels(after)).toEqual(labels(before));
  expect(new Set(after.map(({ ts }) => ts)).size).toBe(after.length);
});

test('a restated bar makes the windows that hold it stale, and a rescan puts new ones beside them', async () => {
  const walk = walkBars(2500, 3);
  const { seriesId } = await importFile(headedCsv(walk), { symbol: 'RESTATED' });
  await scan(seriesId);
  const before = await windowsOf(seriesId);
  const bar = walk[1500];
  const restated = [{ ...bar, high: (Number(bar.high) + 0.5).toFixed(4) }];
  const report = await importFile(headedCsv(restated), { symbol: 'RESTATED' });
  expect(report).toMatchObject({ barsRestated: 1, barsAdded: 0 });

  const holding = before.filter(({ ts }) => ts >= bar.ts && ts < bar.ts + 192 * HOUR).map(({ id }) => id);
  const stale = (await windowsOf(seriesId)).filter((window) => window.stale).map(({ id }) => id);
  expect(holding.length).toBeGreaterThan(0);
  expect(stale).toEqual(holding);
  expect(report.windowsMadeStale).toBe(stale.length);
  expect((await listSeries(OPERATOR)).series.find(({ id }) => id === seriesId)?.scan?.current).toBe(false);

  await scan(seriesId);
  const after = await windowsOf(seriesId);
  const live = after.filter((window) => !window.stale);
  expect(new Set(live.map(({ ts }) => ts)).size).toBe(live.length);
  expect(after.find(({ id }) => id === stale[0])?.snapshotHash).toBe(
    before.find(({ id }) => id === stale[0])?.snapshotHash,
  );
});

test('bars added at either end make no full window stale', async () => {
  const walk = walkBars(1500, 4);
  const { seriesId } = await importFile(headedCsv(walk.slice(400, 1200)), { symbol: 'GROWN' });
  await scan(seriesId);
  const report = await importFile(headedCsv(walk), { symbol: 'GROWN' });
  expect(report).toMatchObject({ barsAdded: 700, barsUnchanged: 800 });
  const stale = (await windowsOf(seriesId)).filter((window) => window.stale);
  // Only those whose warm-up was cut short by the series' former beginning.
  expect(stale.every(({ ts }) => ts < walk[400].ts + 213 * HOUR)).toBe(true);
});

test('a scan cancelled before it is stored leaves nothing', async () => {
  const { seriesId } = await importFile(headedCsv(walkBars(1000, 6)), { symbol: 'STOPPED' });
  const stop = new AbortController();
  await expect(scan(seriesId, 1, stop.signal, () => stop.abort('cancelled'))).rejects.toBeDefined();
  expect(await windowsOf(seriesId)).toEqual([]);
  expect(await getDb().scan.count({ where: { seriesId } })).toBe(0);
});

test('two series with the same bars scanned at once share their snapshots', async () => {
  const csv = headedCsv(walkBars(1200, 8));
  const [a, b] = [await importFile(csv, { symbol: 'TWIN-A' }), await importFile(csv, { symbol: 'TWIN-B' })];
  const [first, second] = await Promise.all([scan(a.seriesId), scan(b.seriesId)]);
  expect(second.kept).toBe(first.kept);
  const hashes = async (id: number) => (await windowsOf(id)).map(({ snapshotHash }) => snapshotHash);
  expect(await hashes(b.seriesId)).toEqual(await hashes(a.seriesId));
});

test('a series with answers is not removed, one without goes with its windows', async () => {
  const { seriesId } = await importFile(headedCsv(walkBars(1000, 9)), { symbol: 'LABELLED' });
  await scan(seriesId);
  const [window] = await windowsOf(seriesId);
  const user = await getDb().user.create({ data: { id: 'ada', name: 'Ada', email: 'ada@example.org' } });
  const answer = await getDb().annotation.create({
    data: {
      id: randomUUID(),
      userId: user.id,
      windowId: window.id,
      kind: 'label',
      label: 'flag',
      elapsedMs: 1,
      answeredAt: new Date(),
    },
  });
  await expect(deleteSeries(OPERATOR, { id: seriesId })).rejects.toThrow(/people have given 1 answers/);
  await getDb().annotation.delete({ where: { id: answer.id } });
  expect(await deleteSeries(OPERATOR, { id: seriesId })).toEqual({ ok: true });
  expect(await windowsOf(seriesId)).toEqual([]);
});

test('what a rescan no longer keeps leaves the queue, but for what somebody holds or has answered', async () => {
  const { seriesId } = await importFile(headedCsv(walkBars(3000, 12)), { symbol: 'RESAMPLED' });
  await scan(seriesId);
  await fillQueues(OPERATOR);
  const items = () => getDb().queueItem.findMany({ where: { seriesId }, orderBy: { id: 'asc' } });
  const before = await items();
  await scan(seriesId, 1, undefined, undefined, SCAN_SEED + 1);
  const kept = new Set(
    (await windowsOf(seriesId)).filter(({ weakLabels }) => weakLabels.length > 0).map(({ id }) => id),
  );
  const [held, answered, ...others] = before.filter(({ windowId }) => !kept.has(windowId));
  expect(others.length).toBeGreaterThan(10);
  const grace = await addPerson('Grace');
  await getDb().lease.create({
    data: { queueItemId: held.id, userId: grace.id, expiresAt: new Date(Date.now() + 60_000) },
  });
  await getDb().annotation.create({
    data: {
      id: randomUUID(),
      userId: grace.id,
      windowId: answered.windowId,
      queueItemId: answered.id,
      kind: 'skip',
      skipReason: 'unclear',
      elapsedMs: 1,
      answeredAt: new Date(),
    },
  });
  await fillQueues(OPERATOR);
  expect(new Set((await items()).map((item) => item.windowId))).toEqual(
    new Set([...kept, held.windowId, answered.windowId]),
  );
});

test('snapshots go when the last window that holds them has gone, and not while one is being stored', async () => {
  const csv = headedCsv(walkBars(1200, 13));
  const [a, b] = [await importFile(csv, { symbol: 'SWEPT-A' }), await importFile(csv, { symbol: 'SWEPT-B' })];
  await scan(a.seriesId);
  await scan(b.seriesId);
  const hashes = (await windowsOf(a.seriesId)).map(({ snapshotHash }) => snapshotHash);
  const stored = () => getDb().snapshot.count({ where: { hash: { in: hashes } } });
  await deleteSeries(OPERATOR, { id: a.seriesId });
  await sweepSnapshots();
  expect(await stored()).toBe(hashes.length);

  await deleteSeries(OPERATOR, { id: b.seriesId });
  // As a scan does it: it has seen which snapshots are there, and stores windows that hold them.
  const again = await importFile(csv, { symbol: 'SWEPT-C' });
  const [first, second, ...rest] = hashes;
  await inTransaction(async (tx) => {
    expect((await findKnownSnapshots(tx, [first, second])).size).toBe(2);
    expect(await sweepSnapshots()).toBe(rest.length);
    for (const [i, hash] of [first, second].entries()) {
      await tx.query('INSERT INTO "Window" (id, "seriesId", ts, "snapshotHash") VALUES ($1, $2, $3, $4)', [
        randomUUID(),
        again.seriesId,
        i,
        hash,
      ]);
    }
  });
  expect(await sweepSnapshots()).toBe(0);
  expect(await stored()).toBe(2);
});

test('the demo universe is there after one call and unchanged after a second', async () => {
  const options = { series: 2, barsPerSeries: 3000 };
  const made = await makeDemoUniverse(OPERATOR, () => undefined, options);
  expect(made).toMatchObject({ series: 2, bars: 6000 });
  expect(made.windows).toBeGreaterThan(200);
  expect(await makeDemoUniverse(OPERATOR, () => undefined, options)).toEqual({ ...made, windows: 0 });
  const demo = (await listSeries(OPERATOR)).series.filter(({ venue }) => venue === 'demo');
  expect(demo.map(({ synthetic }) => synthetic)).toEqual([true, true]);
});
