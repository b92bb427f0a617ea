import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { datasetPolicySchema, SPLITS } from '@/lib/contract/dataset.ts';
import { newRunSchema } from '@/lib/contract/train.ts';
import { OPERATOR } from '@/lib/server/auth/actor.ts';
import { openTestSetting } from '@/lib/server/dataset/testing/setting.ts';
import { getDb } from '@/lib/server/db/connection.ts';
import { isAlive } from '@/lib/server/host/processes.mjs';
import { getJob } from '@/lib/server/service/job.ts';
import { cancelRun, getRun, listRuns, startRun } from '@/lib/server/service/train.ts';
import { storage } from '@/lib/server/storage.ts';
import { handlers } from './handlers/index.ts';
import { Worker } from './worker.ts';

const STAND_IN = fileURLToPath(
  new URL('../lib/server/training/testing/stand-in-trainer.mjs', import.meta.url),
);
let setting: Awaited<ReturnType<typeof openTestSetting>>;
let datasetId: number;
const workers: Worker[] = [];

beforeAll(async () => {
  setting = await openTestSetting();
  process.env.HALYARD_TRAIN_PYTHON = STAND_IN;
  const policy = datasetPolicySchema.parse({ name: 'd' });
  const cutDates = { validationFrom: 0, testFrom: 0, embargoMs: 0 };
  const bySplit = Object.fromEntries(SPLITS.map((split) => [split, {}]));
  const summary = { bySplit, bySource: {}, cutDates, series: 0, leftOut: {}, notes: [] };
  const row = { name: 'd', hash: 'd', policy, summary, rows: 1, storageKey: 'datasets/d', createdBy: 'test' };
  datasetId = (await getDb().dataset.create({ data: row })).id;
});
afterEach(async () => {
  for (const { id, state } of (await listRuns(OPERATOR)).runs)
    if (state === 'queued' || state === 'running') await cancelRun(OPERATOR, { id });
  for (const worker of workers.splice(0)) await worker.stop();
});
afterAll(() => setting.close());

async function startWorkers(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const worker = new Worker(handlers, { train: 1 }, { superviseSeconds: 1 });
    workers.push(worker);
    await worker.start();
  }
}

const start = () => startRun(OPERATOR, newRunSchema.parse({ datasetId }));
const run = async (id: number) => (await getRun(OPERATOR, { id })).run;
const pidOf = async (id: number) => Number(await readFile(storage.path(`runs/${id}/run.lock`), 'utf8'));
const untilTraining = (id: number) =>
  expect.poll(async () => (await run(id)).progress?.step ?? 0, { timeout: 20_000, interval: 50 }).toBe(1);

test('runs of a busy machine stand in one line, whatever the number of workers; a cancel lets the next one in', async () => {
  const [a, b, c] = [(await start()).runId, (await start()).runId, (await start()).runId];
  expect((await run(c)).waits).toEqual({ place: 3, after: b });
  await startWorkers(2);
  await untilTraining(a);
  expect(await run(a)).toMatchObject({ state: 'running', waits: null, device: 'CPU, 1 threads, fp32' });
  expect(await run(b)).toMatchObject({ state: 'queued', waits: { place: 1, after: a } });
  expect(await run(c)).toMatchObject({ state: 'queued', waits: { place: 2, after: b } });
  // The second worker has taken run b's job, and waits with it.
  const { jobId } = await run(b);
  await expect
    .poll(async () => (await getJob(OPERATOR, { id: jobId ?? '' })).message, { timeout: 10_000 })
    .toBe('waits: this machine is training another run');

  const pid = await pidOf(a);
  const asked = Date.now();
  await cancelRun(OPERATOR, { id: a });
  await expect.poll(() => isAlive(pid), { timeout: 10_000, interval: 20 }).toBe(false);
  expect(Date.now() - asked).toBeLessThan(5000);
  await untilTraining(b);
  expect((await run(a)).state).toBe('cancelled');
  expect((await run(c)).waits).toEqual({ place: 1, after: b });
});

test('a trainer that is killed fails its run at once, and the run says how it died and what it said last', async () => {
  const { runId, jobId } = await start();
  await startWorkers(1);
  await untilTraining(runId);
  process.kill(await pidOf(runId), 'SIGKILL');
  const died = Date.now();
  await expect.poll(async () => (await run(runId)).state, { timeout: 10_000, interval: 20 }).toBe('failed');
  expect(Date.now() - died).toBeLessThan(2000);
  const words =
    'The trainer was killed, as the system does when memory runs out: a smaller batch needs less (SIGKILL). Its last words:\nloading the windows';
  expect((await run(runId)).error).toBe(words);
  await expect.poll(async () => (await getJob(OPERATOR, { id: jobId })).error).toBe(words);
});
