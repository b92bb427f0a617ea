import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { resolveSettings } from '@/lib/contract/settings.ts';
import type { Epoch } from '@/lib/contract/train.ts';
import { closeDatabase, configureDatabase, getDb, getPool } from '../db/connection.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { findRun, listRunRows, saveEpoch } from './run.ts';

const RUNS = 200;
const EPOCHS = 50;
let database: TestDatabase;
let firstId: number;

beforeAll(async () => {
  database = await testDatabase();
  configureDatabase(database.url);
  const row = {
    name: 'd',
    hash: 'd',
    policy: {},
    summary: {},
    rows: 1,
    storageKey: 'none',
    createdBy: 'test',
  };
  const { id: datasetId } = await getDb().dataset.create({ data: row });
  const config = { preset: 'full', seed: 1, ...resolveSettings('full', { epochs: EPOCHS }) };
  const run = { datasetId, preset: 'full', config, seed: 1, state: 'done' as const, createdBy: 'test' };
  const runs = await getDb().trainingRun.createManyAndReturn({
    data: Array.from({ length: RUNS }, () => run),
  });
  firstId = runs[0].id;
  await getPool().query(
    `INSERT INTO "RunEpoch" ("runId", "epoch", "figures")
     SELECT r."id", e, jsonb_build_object('epoch', e, 'trainLoss', 1.0 / e, 'validationLoss', 1.0 / e, 'macroF1', 0.5 + e / 200.0,
       'perClassF1', '[0.5,0.5,0.5,0.5,0.5]'::jsonb, 'learningRate', 0.001, 'imagesPerSecond', 80, 'seconds', 60)
       FROM "TrainingRun" r, generate_series(1, $1::int) e`,
    [EPOCHS],
  );
  await getPool().query('UPDATE "TrainingRun" SET "bestMacroF1" = 0.75');
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await closeDatabase();
  await database.drop();
});

test('two hundred runs of fifty epochs are listed by one query that reads no epoch', async () => {
  await listRunRows(1000);
  const queries = vi.spyOn(pg.Client.prototype, 'query');
  const began = performance.now();
  const { runs, total } = await listRunRows(1000);
  console.log(`${total} runs of ${EPOCHS} epochs listed in ${(performance.now() - began).toFixed(1)} ms`);
  expect(queries).toHaveBeenCalledTimes(1);
  expect(String(queries.mock.calls[0][0])).not.toContain('RunEpoch');
  expect([runs.length, total]).toEqual([RUNS, RUNS]);
  expect(runs[0]).toMatchObject({ id: firstId + RUNS - 1, bestMacroF1: 0.75, settings: { epochs: EPOCHS } });
  expect((await listRunRows(7)).runs).toHaveLength(7);
});

test('those going on come first, a job that ended tells the run’s state, and those that wait stand in a line', async () => {
  const db = getDb();
  const job = (state: 'queued' | 'running' | 'failed', minute: number) =>
    db.job.create({
      data: {
        ...{ id: randomUUID(), kind: 'train', state, title: 't', payload: {}, createdBy: 'test' },
        ...{
          createdAt: new Date(Date.UTC(2026, 0, 1, 0, minute)),
          error: state === 'failed' ? 'gave up' : null,
        },
      },
    });
  const going = async (at: number, state: 'queued' | 'running', jobId: string) =>
    db.trainingRun.update({ where: { id: firstId + at }, data: { state, jobId } });
  await going(0, 'running', (await job('running', 5)).id);
  // Asked for later than run 2, though it is the older run: it was resumed.
  await going(1, 'queued', (await job('queued', 9)).id);
  await going(2, 'queued', (await job('running', 7)).id);
  await going(3, 'running', (await job('failed', 1)).id);
  const { runs } = await listRunRows(1000);
  expect(runs.slice(0, 3).map(({ id, state, waits }) => [id - firstId, state, waits])).toEqual([
    [2, 'queued', { place: 1, after: firstId }],
    [1, 'queued', { place: 2, after: firstId + 2 }],
    [0, 'running', null],
  ]);
  expect((await findRun(firstId + 3))?.run).toMatchObject({ state: 'failed', error: 'gave up', waits: null });
  expect((await findRun(firstId + 1))?.run.waits?.place).toBe(2);
  expect(await findRun(firstId + RUNS)).toBeNull();
});

test('the best macro-F1 follows the epochs, also where one is trained again', async () => {
  const figures: Epoch = {
    ...{
      epoch: EPOCHS + 1,
      trainLoss: 1,
      validationLoss: 1,
      macroF1: 0.9,
      perClassF1: [],
      learningRate: 0.1,
    },
    ...{ imagesPerSecond: 1, seconds: 1 },
  };
  const best = async () => (await findRun(firstId + 9))?.run.bestMacroF1;
  await saveEpoch(getDb(), firstId + 9, figures);
  expect(await best()).toBe(0.9);
  await saveEpoch(getDb(), firstId + 9, { ...figures, macroF1: null });
  expect(await best()).toBe(0.75);
});
