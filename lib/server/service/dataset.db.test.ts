import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClassId } from '@/lib/contract/classes.ts';
import { datasetPolicySchema } from '@/lib/contract/train.ts';
import { OPERATOR } from '../auth/actor.ts';
import { jobContext } from '../dataset/testing/job-context.ts';
import { scanDemoMarket } from '../dataset/testing/scanned-series.ts';
import { openTestSetting } from '../dataset/testing/setting.ts';
import { storeMarket } from '../dataset/testing/store-market.ts';
import { getDb } from '../db/connection.ts';
import { storage } from '../storage.ts';
import { labelInput, retractionInput } from '../testing/labelling.ts';
import { getDataset, listDatasets, runDatasetBuild } from './dataset.ts';
import { annotate } from './label.ts';

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
  const { storageKey } = await getDataset(OPERATOR, id);
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
    const { leftOut } = (await getDataset(OPERATOR, datasetId)).summary;
    expect(rows.length + leftOut['across a cut date, within its embargo, or near gold']).toBe(14);
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
    const { summary } = await getDataset(OPERATOR, mixed.datasetId);
    expect(summary.bySource.record).toBeGreaterThan(10);
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

  it('needs an admin', async () => {
    const job = jobContext({ policy: datasetPolicySchema.parse({ name: 'x' }) });
    const actor = { ...OPERATOR, role: 'reviewer' as const };
    await expect(runDatasetBuild({ ...job.context, actor })).rejects.toThrow('This needs the role admin');
  });

  it('says in its manifest where it came from', async () => {
    const { hash } = await build({ unseenSymbols: [] }).built;
    const manifest = JSON.parse(await readFile(storage.path(`datasets/${hash}/manifest.json`), 'utf8'));
    expect(manifest.from.series.map((one: { bars: string }) => one.bars)).toEqual([
      expect.stringContaining('bars/venue=demo/symbol=ALPHA/timeframe=15m/'),
      expect.stringContaining('bars/venue=demo/symbol=ALPHA/timeframe=1h/'),
    ]);
    expect(manifest.from.rule_set_hash).toBe('rule set 1');
  });
});
