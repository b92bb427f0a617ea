import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OPERATOR } from '../auth/actor.ts';
import { jobContext } from '../dataset/testing/job-context.ts';
import { closeDatabase, configureDatabase, getDb } from '../db/connection.ts';
import { paths } from '../paths.ts';
import { storage } from '../storage.ts';
import { useScratchHome } from '../testing/bar-files.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { addPerson, addRuleSet, addSeries, addWindows } from '../testing/labelling.ts';
import { addPredictions, addTinyVersion } from '../testing/model.ts';
import { embedsKey, exportEmbeds, publishEmbeds } from './embeds.ts';
import { requireVersion } from './model.ts';
import { runPredict } from './predict.ts';

const HOUR = 3_600_000;
let database: TestDatabase;
let removeHome: () => Promise<void>;

beforeAll(async () => {
  removeHome = await useScratchHome();
  database = await testDatabase();
  configureDatabase(database.url);
  await addTinyVersion('good');
});

afterAll(async () => {
  await closeDatabase();
  await database.drop();
  await removeHome();
});

const readEmbeds = async (file: string) => parquetReadObjects({ file: await asyncBufferFromFile(file) });

test('all windows that a version has predicted are there, series by series, with class and embedding', async () => {
  const ruleSet = await addRuleSet(1);
  const [one, two] = [await addSeries('ONE'), await addSeries('TWO')];
  const bars = [300, 200, 100].map((bar) => ({ bar, weakClass: 'flag' as const }));
  const late = await addWindows(two, ruleSet, bars);
  const early = await addWindows(one, ruleSet, bars);
  const version = await requireVersion('v0_1_0');
  const predicted = [...late, ...early.slice(1)];
  await addPredictions(
    version.id,
    predicted.map((windowId, i) => ({ windowId, probabilities: [0.1, 0.2, 0.1, 0.5, 0.1], angle: 10 * i })),
  );
  await getDb().window.update({ where: { id: late[1] }, data: { stale: true } });

  const file = join(paths().home, 'out', 'embeds.parquet');
  expect(await exportEmbeds(OPERATOR, { name: 'v0_1_0', file })).toEqual({ rows: 4 });
  const rows = await readEmbeds(file);
  expect(rows.map(({ venue, symbol, timeframe, ts }) => [venue, symbol, timeframe, ts])).toEqual([
    ['test', 'ONE', '1h', new Date(100 * HOUR)],
    ['test', 'ONE', '1h', new Date(200 * HOUR)],
    ['test', 'TWO', '1h', new Date(100 * HOUR)],
    ['test', 'TWO', '1h', new Date(300 * HOUR)],
  ]);
  expect(rows.map((row) => row.class)).toEqual(Array(4).fill('wick_exhaustion'));
  expect(rows[0].quality).toBeCloseTo(0.5, 6);
  // The window at bar 100 of ONE was predicted fifth: at 40 degrees.
  expect(rows[0].embed).toHaveLength(64);
  expect(rows[0].embed[0]).toBeCloseTo(Math.cos((40 * Math.PI) / 180), 6);
  expect(rows[0].embed[1]).toBeCloseTo(Math.sin((40 * Math.PI) / 180), 6);
  const { key_value_metadata } = await parquetMetadataAsync(await asyncBufferFromFile(file));
  expect(key_value_metadata).toContainEqual({ key: 'model_version', value: 'v0_1_0' });
});

test('beside the model lies the newest file of them', async () => {
  const version = await requireVersion('v0_1_0');
  const { signal } = new AbortController();
  await publishEmbeds(version, signal);
  const file = storage.path(embedsKey(version));
  const before = (await readEmbeds(file)).length;
  const [windowId] = await addWindows(await addSeries('THREE'), await addRuleSet(2), [
    { bar: 500, weakClass: 'flag' },
  ]);
  await addPredictions(version.id, [{ windowId, probabilities: [1, 0, 0, 0, 0] }]);
  await publishEmbeds(version, signal);
  const rows = await readEmbeds(file);
  expect(rows).toHaveLength(before + 1);
  expect(rows.at(-1)).toMatchObject({ symbol: 'THREE', class: 'flag' });
});

test('a prediction pass leaves the embeddings of what it has predicted beside the model', async () => {
  const version = await addTinyVersion('good');
  const { predicted } = await runPredict(jobContext({ version: version.name }).context);
  expect(predicted).toBeGreaterThan(0);
  const rows = await readEmbeds(storage.path(embedsKey(version)));
  expect(rows).toHaveLength(predicted);
  for (const { embed } of rows) expect(Math.hypot(...embed)).toBeCloseTo(1, 5);
});

test('a version without predictions has an empty file, one that is not there none', async () => {
  const { name } = await addTinyVersion('other');
  const file = join(paths().home, 'empty.parquet');
  expect(await exportEmbeds(OPERATOR, { name, file })).toEqual({ rows: 0 });
  expect(await readEmbeds(file)).toEqual([]);
  const none = join(paths().home, 'none.parquet');
  await expect(exportEmbeds(OPERATOR, { name: 'v9_0_0', file: none })).rejects.toMatchObject({
    code: 'not_found',
  });
  const reviewer = await addPerson('rita', 'reviewer');
  await expect(exportEmbeds(reviewer, { name: 'v0_1_0', file: none })).rejects.toMatchObject({
    code: 'forbidden',
  });
  expect(existsSync(none)).toBe(false);
});
