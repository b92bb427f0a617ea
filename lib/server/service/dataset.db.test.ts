import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClassId } from '@/lib/contract/classes.ts';
import { datasetPolicySchema } from '@/lib/contract/dataset.ts';
import { manifestSchema } from '@/lib/contract/manifest.ts';
import { EMBEDDING_SIZE } from '@/lib/contract/models.ts';
import { OPERATOR } from '../auth/actor.ts';
import { jobContext } from '../dataset/testing/job-context.ts';
import { scanDemoMarket } from '../dataset/testing/scanned-series.ts';
import { openTestSetting } from '../dataset/testing/setting.ts';
import { storeMarket } from '../dataset/testing/store-market.ts';
import { getDb } from '../db/connection.ts';
import { insertPredictions } from '../repo/prediction.ts';
import { storage } from '../storage.ts';
import { labelInput, retractionInput } from '../testing/labelling.ts';
import { addChampion } from '../testing/model.ts';
import { datasetChecks, runDatasetCheck } from './check-dataset.ts';
import { getDataset, listDatasets, runDatasetBuild } from './dataset.ts';
import { annotate } from './label.ts';
import { previewDataset } from './preview-dataset.ts';
import { showWindows } from './show-windows.ts';

let setting: Awaited<ReturnType<typeof openTestSetting>>;
beforeAll(async () => {
  setting = await openTestSetting();
  await storeMarket(scanDemoMarket(3, { series: 2, barsPerSeries: 6000 }));
  await getDb().user.create({ data: { id: 'ana', name: 'Ana', email: 'ana@example.org' } });
});
afterAll(() => setting.close());

const build = (policy: object, signal?: AbortSignal) => {
  const job = jobContext(
    { policy: datasetPolicySchema.parse({ name: 'set', sources: 'weak', ...policy }) },
    signal,
  );
  return { ...job, built: runDatasetBuild(job.context) };
};
const rowsOf = async (id: number) => {
  const { storageKey } = await getDataset(OPERATOR, { id });
  const file = await asyncBufferFromFile(storage.path(`${storageKey}/labels.parquet`));
  return parquetReadObjects({ file });
};
const inScratch = () => readdir(join(setting.home, 'storage', '.scratch')).catch(() => []);
const ana = { kind: 'person', id: 'ana', name: 'Ana', role: 'analyst' } as const;
const label = async ({ id }: { id: string }, value: ClassId) =>
  (await annotate(ana, labelInput({ itemId: null, windowId: id }, value))).annotation;
const windowsOfWeak = (weakClass: string) =>
  getDb().window.findMany({
    where: { weakLabels: { some: { kind: 'event', weakClass } } },
    orderBy: { ts: 'asc' },
    include: { series: true },
  });

describe('building a dataset', () => {
  it('publishes a folder whose name is its hash, and answers the same dataset when asked again', async () => {
    const { built, fractions } = build({});
    const first = await built;
    const again = await build({ name: 'the same under another name' }).built;
    expect(first.existed).toBe(false);
    expect(again).toEqual({ ...first, existed: true });
    const { datasets } = await listDatasets(OPERATOR);
    expect(datasets.map(({ name, hash }) => ({ name, hash }))).toEqual([{ name: 'set', hash: first.hash }]);
    expect(await readdir(storage.path(`datasets/${first.hash}`))).toContain('manifest.json');
    expect(await inScratch()).toEqual([]);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBeGreaterThan(0.9);
  });

  it('keeps whole windows of different splits 64 bars of the longest timeframe apart', async () => {
    const { datasetId } = await build({}).built;
    const rows = await rowsOf(datasetId);
    const span = (split: string) => {
      const of = rows.filter((row) => row.split === split);
      return {
        first: Math.min(
          ...of.map((row) => Number(row.ts) - 63 * (row.timeframe === '1h' ? 3_600_000 : 900_000)),
        ),
        last: Math.max(...of.map((row) => Number(row.ts) + (row.timeframe === '1h' ? 3_600_000 : 900_000))),
      };
    };
    expect(span('validation').first - span('train').last).toBeGreaterThanOrEqual(64 * 3_600_000);
    expect(span('test').first - span('validation').last).toBeGreaterThanOrEqual(64 * 3_600_000);
  });

  it("takes people's labels and not the ones they took back", async () => {
    const [flags, wedges] = [await windowsOfWeak('flag'), await windowsOfWeak('wedge')];
    for (const window of wedges.slice(0, 8)) await label(window, 'wedge');
    const kept = flags.slice(0, 6);
    for (const window of kept) await label(window, 'none');
    const undone = flags[6];
    await annotate(ana, retractionInput(await label(undone, 'blowoff')));
    const { datasetId } = await build({ sources: 'record' }).built;
    const rows = await rowsOf(datasetId);
    const { leftOut } = (await getDataset(OPERATOR, { id: datasetId })).summary;
    const { 'without a label of record': without, ...outside } = leftOut;
    expect(without).toBeGreaterThan(100);
    expect(Object.values(outside).reduce((sum, count) => sum + count, rows.length)).toBe(14);
    expect(rows.length).toBeGreaterThan(7);
    expect(rows.every((row) => row.source === 'record')).toBe(true);
    const keptTs = kept.map((window) => window.ts);
    const none = rows.filter((row) => row.label === 'none').map((row) => Number(row.ts));
    expect(none.length).toBeGreaterThan(0);
    expect(none.filter((ts) => !keptTs.includes(ts))).toEqual([]);
    expect(rows.some((row) => row.label === 'blowoff')).toBe(false);

    const mixed = await build({ sources: 'record+weak' }).built;
    const undoneRow = (await rowsOf(mixed.datasetId)).find(
      (row) => Number(row.ts) === undone.ts && row.timeframe === undone.series.timeframe,
    );
    expect(undoneRow).toMatchObject({ label: 'flag', source: 'weak' });
    const { summary } = await getDataset(OPERATOR, { id: mixed.datasetId });
    expect(summary.bySource.record).toBeGreaterThan(10);
  });

  it('counts before a build what the build then holds', async () => {
    for (const more of [{}, { sources: 'record+weak', capPerClass: 20, unseenSymbols: ['demo:ALPHA'] }]) {
      const policy = datasetPolicySchema.parse({ name: 'counted', sources: 'weak', seed: 5, ...more });
      const { rows, windows, refusal, ...counted } = await previewDataset(
        OPERATOR,
        policy,
        new AbortController().signal,
      );
      expect(refusal === null).toBe(!('unseenSymbols' in more));
      expect(windows).toBe(await getDb().window.count());
      if (refusal !== null) continue;
      const { datasetId: id } = await build(policy).built;
      const dataset = await getDataset(OPERATOR, { id });
      expect(counted).toEqual(dataset.summary);
      expect(rows).toBe(dataset.rows);
    }
  });

  it('stops counting for whoever has gone, and says in words what would be refused', async () => {
    const policy = datasetPolicySchema.parse({ name: 'nowhere', symbols: ['demo:NOWHERE'] });
    const { refusal } = await previewDataset(OPERATOR, policy, new AbortController().signal);
    expect(refusal).toBe(
      'There is nothing to train on: the training dates hold no window. Label more windows, or allow weak labels.',
    );
    const gone = AbortSignal.abort(new Error('gone'));
    await expect(previewDataset(OPERATOR, policy, gone)).rejects.toThrow('gone');
  });

  it('leaves nothing behind when it is cancelled in the middle of the images', async () => {
    const before = (await listDatasets(OPERATOR)).datasets.length;
    const abort = new AbortController();
    const job = jobContext(
      { policy: datasetPolicySchema.parse({ name: 'cancelled', sources: 'weak', seed: 99 }) },
      abort.signal,
    );
    const progress: (fraction: number | null, message?: string) => void = (_, message) => {
      if (message?.includes('256 of')) abort.abort(new Error('cancelled'));
    };
    await expect(runDatasetBuild({ ...job.context, progress })).rejects.toThrow('cancelled');
    expect(await inScratch()).toEqual([]);
    expect((await listDatasets(OPERATOR)).datasets).toHaveLength(before);
  });

  it('refuses in a sentence where there is nothing to train on', async () => {
    await expect(build({ sources: 'weak', symbols: ['demo:NOWHERE'] }).built).rejects.toThrow(
      'There is nothing to train on: the training dates hold no window. Scan more series, or older bars.',
    );
    await expect(build({ ruleSetNumber: 7 }).built).rejects.toThrow('There is no rule set 7.');
  });

  it('keeps gold windows and their neighbours out of training', async () => {
    const all = await rowsOf((await build({}).built).datasetId);
    const trained = all.find((row) => row.split === 'train' && row.label === 'flag')!;
    const gold = await getDb().window.findFirstOrThrow({
      where: { ts: Number(trained.ts), series: { symbol: trained.symbol, timeframe: trained.timeframe } },
    });
    await getDb().queue.create({
      data: {
        name: 'gold',
        purpose: 'gold',
        targets: {},
        seed: 1,
        createdBy: 'test',
        items: {
          create: {
            position: 1,
            windowId: gold.id,
            seriesId: gold.seriesId,
            ts: gold.ts,
            clearFrom: gold.ts,
            suggestedClass: 'flag',
          },
        },
      },
    });
    const rows = await rowsOf((await build({}).built).datasetId);
    const bar = trained.timeframe === '1h' ? 3_600_000 : 900_000;
    const near = rows.filter(
      (row) => row.timeframe === trained.timeframe && Math.abs(Number(row.ts) - gold.ts) <= 64 * bar,
    );
    expect(near).toEqual([]);
  });

  it('keeps windows out of training that are marked as gold and that nobody has met yet', async () => {
    const all = await rowsOf((await build({}).built).datasetId);
    const trained = all.find((row) => row.split === 'train' && row.label === 'wedge')!;
    const window = await getDb().window.findFirstOrThrow({
      where: { ts: Number(trained.ts), series: { symbol: trained.symbol, timeframe: trained.timeframe } },
    });
    const mark = { windowId: window.id, userId: 'ana' };
    await getDb().goldMark.create({ data: { ...mark, label: 'wedge' } });
    const isThere = async () =>
      (await rowsOf((await build({}).built).datasetId)).some(
        (row) => row.ts === trained.ts && row.timeframe === trained.timeframe,
      );
    expect(await isThere()).toBe(false);
    await getDb().goldMark.create({ data: { ...mark, label: null } });
    expect(await isThere()).toBe(true);
  });

  it('publishes nothing where a window became gold among its rows while it was built, and says which', async () => {
    const all = await rowsOf((await build({}).built).datasetId);
    const trained = all.find((row) => row.split === 'train' && row.label === 'flag')!;
    const window = await getDb().window.findFirstOrThrow({
      where: { ts: Number(trained.ts), series: { symbol: trained.symbol, timeframe: trained.timeframe } },
    });
    const before = (await listDatasets(OPERATOR)).datasets.length;
    const job = jobContext({
      policy: datasetPolicySchema.parse({ name: 'late gold', sources: 'weak', seed: 41 }),
    });
    const mark = { windowId: window.id, userId: 'ana' };
    let marked: Promise<unknown> | null = null;
    const late: typeof job.context = {
      ...job.context,
      progress: (_, message) => {
        // Once the rows are chosen; a query of Prisma's goes out when somebody waits for it.
        if (message?.startsWith('quantisation'))
          marked ??= getDb()
            .goldMark.create({ data: { ...mark, label: 'flag' } })
            .then(() => undefined);
      },
    };
    await expect(runDatasetBuild(late)).rejects.toThrow(
      /^Nothing was published, for its splits leak: \d+ of \d+ rows of training or validation lie within 64 bars of a gold window \(demo:ALPHA:/,
    );
    await marked;
    expect((await listDatasets(OPERATOR)).datasets).toHaveLength(before);
    expect(await inScratch()).toEqual([]);
    await getDb().goldMark.create({ data: { ...mark, label: null } });
  });

  it('keeps what its checks found, in its manifest too, and finds gold that was marked since', async () => {
    const { datasetId, hash } = await build({ seed: 42 }).built;
    const [first] = (await datasetChecks(OPERATOR, { id: datasetId })).checks;
    expect(first.checks.map(({ id, found }) => [id, id === 'image' ? 0 : found])).toEqual(
      ['event', 'embargo', 'bars', 'gold', 'image'].map((id) => [id, 0]),
    );
    const manifest = manifestSchema.parse(
      JSON.parse(await readFile(storage.path(`datasets/${hash}/manifest.json`), 'utf8')),
    );
    expect(manifest.checks).toEqual(first.checks.map(({ id, rows, found }) => ({ id, rows, found })));

    const trained = (await rowsOf(datasetId)).find((row) => row.split === 'train')!;
    const window = await getDb().window.findFirstOrThrow({ where: { snapshotHash: trained.snapshot } });
    await getDb().goldMark.create({ data: { windowId: window.id, userId: 'ana', label: 'flag' } });
    await runDatasetCheck(jobContext({ datasetId, version: null, cosine: 0.99 }).context);
    const [newest] = (await datasetChecks(OPERATOR, { id: datasetId })).checks;
    const gold = newest.checks.find(({ id }) => id === 'gold');
    expect(gold?.found).toBeGreaterThan(0);
    expect(gold?.examples[0].one.snapshot).toBe(trained.snapshot);
    expect(newest.checks.find(({ id }) => id === 'likeness')).toMatchObject({
      found: null,
      note: 'No model is champion yet, and likeness is measured by one.',
    });
    await getDb().goldMark.create({ data: { windowId: window.id, userId: 'ana', label: null } });
  });

  it('finds held-out windows that a model takes for training windows, and says whom it has not seen', async () => {
    const { datasetId } = await build({ seed: 42 }).built;
    const rows = await rowsOf(datasetId);
    const version = { id: await addChampion('v0_9_9'), name: 'v0_9_9' };
    const [learnt, test, other] = [
      rows.find((row) => row.split === 'train')!,
      ...rows.filter((row) => row.split === 'test'),
    ];
    const axis = (d: number) => Array.from({ length: EMBEDDING_SIZE }, (_, i) => (i === d ? 1 : 0));
    for (const [row, embedding] of [
      [learnt, axis(0)],
      [test, axis(0)],
      [other, axis(1)],
    ] as const) {
      const window = await getDb().window.findFirstOrThrow({ where: { snapshotHash: row.snapshot } });
      const said = { probabilities: [1, 0, 0, 0, 0], quality: 1, poleKatr: null };
      await insertPredictions(version.id, [{ windowId: window.id, embedding, ...said }]);
    }
    await runDatasetCheck(jobContext({ datasetId, version: null, cosine: 0.99 }).context);
    const [{ checks, version: by }] = (await datasetChecks(OPERATOR, { id: datasetId })).checks;
    const likeness = checks.find(({ id }) => id === 'likeness')!;
    expect(by).toBe(version.name);
    expect(likeness).toMatchObject({ rows: 2, found: 1 });
    expect(likeness.note).toBe(
      `${version.name} has not predicted ${rows.length - 3} of ${rows.length} rows: they are left out.`,
    );
    const [{ one, other: like, words }] = likeness.examples;
    expect([one.snapshot, like?.snapshot, words]).toEqual([test.snapshot, learnt.snapshot, 'cosine 1.0000']);
    const { windows } = await showWindows(OPERATOR, { hashes: [one.snapshot] });
    expect(windows[0]).toMatchObject({ hash: one.snapshot, ts: one.ts, series: { symbol: one.symbol } });
  });

  it('needs an admin', async () => {
    const job = jobContext({ policy: datasetPolicySchema.parse({ name: 'x' }) });
    const actor = { ...OPERATOR, role: 'reviewer' as const };
    await expect(runDatasetBuild({ ...job.context, actor })).rejects.toThrow('This needs the role admin');
  });

  it('says in its manifest where it came from, and which rows are of a listing', async () => {
    const { hash, datasetId } = await build({ unseenSymbols: [] }).built;
    const marks = (await readFile(storage.path(`datasets/${hash}/listing.npy`))).subarray(
      -1 * (await rowsOf(datasetId)).length,
    );
    const { bars } = scanDemoMarket(3, { series: 2, barsPerSeries: 6000 })[0];
    const first = (await rowsOf(datasetId)).filter((row) => row.timeframe === '15m');
    expect([...marks.subarray(0, first.length)]).toEqual(
      first.map((row) => (Number(row.ts) <= bars.ts[499] ? 1 : 0)),
    );
    expect(marks).toContain(1);
    const manifest = JSON.parse(await readFile(storage.path(`datasets/${hash}/manifest.json`), 'utf8'));
    expect(manifest.from.series.map((one: { bars: string }) => one.bars)).toEqual([
      expect.stringContaining('bars/venue=demo/symbol=ALPHA/timeframe=15m/'),
      expect.stringContaining('bars/venue=demo/symbol=ALPHA/timeframe=1h/'),
    ]);
    expect(manifest.from.rule_set_hash).toBe('rule set 1');
  });
});
