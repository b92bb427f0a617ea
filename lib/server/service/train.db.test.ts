import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datasetPolicySchema } from '@/lib/contract/dataset.ts';
import { metricsSchema } from '@/lib/contract/metrics.ts';
import { newRunSchema } from '@/lib/contract/train.ts';
import { allocateInputs, composeInputs } from '@/lib/core/image/inputs.ts';
import { openSnapshot } from '@/lib/core/snapshot.ts';
import { OPERATOR } from '../auth/actor.ts';
import { jobContext } from '../dataset/testing/job-context.ts';
import { scanDemoMarket } from '../dataset/testing/scanned-series.ts';
import { findTrainerPython, openTestSetting } from '../dataset/testing/setting.ts';
import { storeMarket } from '../dataset/testing/store-market.ts';
import { getDb, getPool } from '../db/connection.ts';
import { isAlive } from '../host/processes.mjs';
import { updateRun } from '../repo/run.ts';
import { openModelSession } from '../serving/session.ts';
import { storage } from '../storage.ts';
import { promote } from './alias.ts';
import { runDatasetBuild } from './dataset.ts';
import {
  getMetrics,
  listVersions,
  modelFileOf,
  openModelFile,
  requireVersion,
  servedModel,
} from './model.ts';
import { predictWindows, runPredict } from './predict.ts';
import { cancelRun, getRun, listRuns, resumeRun, runTraining, startRun } from './train.ts';

const python = findTrainerPython();
if (!python)
  console.log('No Python with PyTorch here: real training, registry and prediction are not tested.');

const MARKET = scanDemoMarket(3, { series: 2, barsPerSeries: 4000 });
const WINDOWS = MARKET.reduce((sum, { candidates }) => sum + candidates.length, 0);
let setting: Awaited<ReturnType<typeof openTestSetting>>;
let datasetId: number;
beforeAll(async () => {
  setting = await openTestSetting();
  if (python) process.env.HALYARD_TRAIN_PYTHON = python;
  await storeMarket(MARKET);
  const policy = datasetPolicySchema.parse({ name: 'weak', sources: 'weak' });
  datasetId = (await runDatasetBuild(jobContext({ policy }).context)).datasetId;
});
afterAll(() => setting.close());

const start = (epochs: number, seed = 1) =>
  startRun(OPERATOR, newRunSchema.parse({ datasetId, seed, settings: { epochs, rows: 150 } }));
const train = (runId: number, signal?: AbortSignal) => {
  const job = jobContext({ runId, resume: false }, signal);
  return { ...job, trained: runTraining(job.context) };
};

/** The trainer writes its process id into the lock that it holds. */
async function trainerPid(runId: number): Promise<number> {
  return Number((await readFile(storage.path(`runs/${runId}/run.lock`), 'utf8')).match(/\d+/)?.[0]);
}

describe('before the trainer is installed', () => {
  it('refuses to start a run and says how far the installation is', async () => {
    const given = process.env.HALYARD_TRAIN_PYTHON;
    delete process.env.HALYARD_TRAIN_PYTHON;
    try {
      await expect(start(1)).rejects.toThrow(
        'Training needs PyTorch, which is not ready yet. The trainer’s Python environment has not been made',
      );
      expect((await listRuns(OPERATOR)).runs).toEqual([]);
    } finally {
      if (given) process.env.HALYARD_TRAIN_PYTHON = given;
    }
  });
});

describe.skipIf(!python)('a real training', { timeout: 240_000 }, () => {
  it('becomes version v0_1_0 with its epochs, its metrics and a published model', async () => {
    const { runId, jobId } = await start(2);
    expect((await getRun(OPERATOR, { id: runId })).run).toMatchObject({
      state: 'queued',
      jobId,
      preset: 'quick',
    });
    const { trained, log, fractions } = train(runId);
    expect(await trained).toEqual({ version: 'v0_1_0' });
    const { run, epochs } = await getRun(OPERATOR, { id: runId });
    expect(run).toMatchObject({
      state: 'done',
      version: 'v0_1_0',
      error: null,
      progress: { epoch: 2, epochs: 2 },
    });
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(epochs.every(({ trainLoss, imagesPerSecond }) => trainLoss > 0 && imagesPerSecond > 0)).toBe(true);
    expect(fractions.every((fraction) => fraction >= 0 && fraction <= 1)).toBe(true);
    expect(log.at(-1)).toBe('registered as v0_1_0');

    const version = await requireVersion('v0_1_0');
    expect(version.storageKey).toMatch(/^models\/v0_1_0-[0-9a-f]{8}\/pattern_cnn\/v0_1_0$/);
    const file = await readFile(storage.path(`${version.storageKey}/model.onnx`));
    expect(createHash('sha256').update(file).digest('hex')).toBe(version.modelSha256);
    const metrics = metricsSchema.parse(
      JSON.parse(await readFile(storage.path(`${version.storageKey}/metrics.json`), 'utf8')),
    );
    expect(metrics).toEqual(await getMetrics(OPERATOR, { name: 'v0_1_0' }));
    expect(metrics).toMatchObject({ version: 'v0_1_0', dataset_hash: run.datasetHash, seed: 1 });
    // Asked again (a retry after its worker died too late), it is the same version.
    await updateRun(getDb(), runId, { state: 'running' });
    expect(await train(runId).trained).toEqual({ version: 'v0_1_0' });
    expect((await getRun(OPERATOR, { id: runId })).run.state).toBe('done');
  });

  it.each([
    ['shutdown', 'queued'],
    ['lost', 'queued'],
    ['cancelled', 'cancelled'],
  ])('stopped because of %s it is %s', async (reason, state) => {
    const { runId } = await start(1, 2);
    await expect(train(runId, AbortSignal.abort(reason)).trained).rejects.toBe(reason);
    expect((await getRun(OPERATOR, { id: runId })).run).toMatchObject({ state, error: null });
  });

  it('stops on cancel with its process gone, and goes on from the checkpoint', async () => {
    const { runId } = await start(3, 2);
    const abort = new AbortController();
    const job = jobContext({ runId, resume: false }, abort.signal);
    let abortedAt = 0;
    const log = (line: string) => {
      job.log.push(line);
      if (!line.startsWith('epoch 1:')) return;
      abortedAt = Date.now();
      abort.abort(new Error('cancelled'));
    };
    await expect(runTraining({ ...job.context, log })).rejects.toThrow('cancelled');
    expect(Date.now() - abortedAt).toBeLessThan(5000);
    expect(isAlive(await trainerPid(runId))).toBe(false);
    expect((await getRun(OPERATOR, { id: runId })).run).toMatchObject({ state: 'cancelled', error: null });

    await resumeRun(OPERATOR, { id: runId });
    const resumed = train(runId);
    expect(await resumed.trained).toEqual({ version: 'v0_2_0' });
    expect(resumed.log).toContain('going on after epoch 1');
    expect((await getRun(OPERATOR, { id: runId })).epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
  });

  it('takes its trainer with it when the worker is killed, and the next worker goes on', async () => {
    const { runId } = await start(3, 5);
    const script = fileURLToPath(new URL('../training/testing/train-here.ts', import.meta.url));
    const worker = spawn(process.execPath, ['--import', 'tsx', script, setting.url, String(runId)], {
      env: { ...process.env, HALYARD_HOME: setting.home },
      stdio: 'ignore',
    });
    const epochs = async () => (await getRun(OPERATOR, { id: runId })).epochs.length;
    await expect.poll(epochs, { timeout: 120_000, interval: 50 }).toBeGreaterThan(0);
    const pid = await trainerPid(runId);
    worker.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
    expect((await getRun(OPERATOR, { id: runId })).run.state).toBe('running');
    const { trained, log } = train(runId);
    expect(await trained).toEqual({ version: 'v0_3_0' });
    expect(log.some((line) => line.startsWith('going on after epoch'))).toBe(true);
    expect(await epochs()).toBe(3);
  });

  it('fails with the reason that the trainer gives', async () => {
    const { runId } = await start(1, 3);
    const dataset = await getDb().dataset.findUniqueOrThrow({ where: { id: datasetId } });
    await getDb().dataset.update({ where: { id: datasetId }, data: { storageKey: 'datasets/nowhere' } });
    await expect(train(runId).trained).rejects.toThrow('manifest.json: no such file');
    await getDb().dataset.update({ where: { id: datasetId }, data: { storageKey: dataset.storageKey } });
    const { run } = await getRun(OPERATOR, { id: runId });
    expect(run.state).toBe('failed');
    expect(run.error).toContain('a dataset folder with its manifest is expected');
  });

  it('can be cancelled while it waits, and only then or while it runs', async () => {
    const { runId } = await start(1, 4);
    await cancelRun(OPERATOR, { id: runId });
    expect((await getRun(OPERATOR, { id: runId })).run.state).toBe('cancelled');
    await expect(cancelRun(OPERATOR, { id: runId })).rejects.toThrow(`Run ${runId} is cancelled`);
  });
});

describe.skipIf(!python)('the registry', { timeout: 60_000 }, () => {
  it('serves nothing before the first promotion, and then the champion whole', async () => {
    expect(await servedModel(OPERATOR)).toEqual({ model: null });
    const { jobId } = await promote(OPERATOR, {
      name: 'v0_1_0',
      alias: 'champion',
      reason: 'the first',
      override: true,
    });
    expect(jobId).not.toBeNull();
    const { model } = await servedModel(OPERATOR);
    const version = await requireVersion('v0_1_0');
    expect(model).toMatchObject({
      version: 'v0_1_0',
      sha256: version.modelSha256,
      url: '/api/v1/models/v0_1_0/model.onnx',
      featureSchema: 1,
    });
    const { stream, bytes, sha256 } = await openModelFile(OPERATOR, { name: 'v0_1_0' });
    const content = Buffer.from(await new Response(stream).arrayBuffer());
    expect(content.length).toBe(bytes);
    expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
  });

  it('keeps every promotion, newest first, and lets none be changed', async () => {
    await promote(OPERATOR, { name: 'v0_2_0', alias: 'champion', reason: 'better', override: true });
    await promote(OPERATOR, { name: 'v0_1_0', alias: 'champion', reason: 'rolled back', override: true });
    const { versions, log } = await listVersions(OPERATOR);
    expect(log.map(({ version, reason }) => [version, reason])).toEqual([
      ['v0_1_0', 'rolled back'],
      ['v0_2_0', 'better'],
      ['v0_1_0', 'the first'],
    ]);
    expect(versions.map(({ name, aliases }) => [name, aliases])).toEqual([
      ['v0_3_0', []],
      ['v0_2_0', []],
      ['v0_1_0', ['champion']],
    ]);
    expect((await servedModel(OPERATOR)).model?.version).toBe('v0_1_0');
    await expect(getPool().query(`UPDATE "AliasEvent" SET "reason" = 'x'`)).rejects.toThrow();
    const audit = await getDb().auditEvent.findMany({ where: { action: 'model.promote' } });
    expect(audit).toHaveLength(3);
  });

  it('refuses a version of another feature schema or class map, and leaves the champion', async () => {
    const db = getDb();
    const change = (data: object) => db.modelVersion.update({ where: { name: 'v0_2_0' }, data });
    const wanted = { name: 'v0_2_0', alias: 'champion' as const, reason: 'try', override: true };
    await change({ featureSchema: 3 });
    await expect(promote(OPERATOR, wanted)).rejects.toThrow(
      'Version v0_2_0 reads feature schema 3; this app composes schemas 1 and 2.',
    );
    await change({ featureSchema: 1, classMap: ['wedge', 'flag', 'blowoff', 'wick_exhaustion', 'none'] });
    await expect(promote(OPERATOR, wanted)).rejects.toThrow('answers the classes wedge, flag,');
    await change({ classMap: ['flag', 'wedge', 'blowoff', 'wick_exhaustion', 'none'] });
    expect((await listVersions(OPERATOR)).log).toHaveLength(3);
  });

  it('runs no file but the registered one', async () => {
    const file = modelFileOf(await requireVersion('v0_2_0'));
    const bytes = await readFile(file.path);
    bytes[bytes.length >> 1] ^= 1;
    const other = storage.path('damaged.onnx');
    await writeFile(other, bytes);
    await expect(openModelSession({ ...file, path: other }, 1)).rejects.toThrow(
      'has been damaged or replaced',
    );
    const garbage = Buffer.from('no model at all');
    await writeFile(other, garbage);
    const sha256 = createHash('sha256').update(garbage).digest('hex');
    await expect(openModelSession({ ...file, path: other, sha256 }, 1)).rejects.toThrow('is no ONNX model');
  });
});

describe.skipIf(!python)('prediction', { timeout: 60_000 }, () => {
  const predict = (signal?: AbortSignal) => {
    const job = jobContext({ version: 'v0_1_0' }, signal);
    return { ...job, done: runPredict(job.context) };
  };
  const count = () => getDb().prediction.count();

  it('keeps what it wrote when it is cancelled, and goes on from there', async () => {
    const abort = new AbortController();
    const job = jobContext({ version: 'v0_1_0' }, abort.signal);
    const progress = () => abort.abort(new Error('cancelled'));
    await expect(runPredict({ ...job.context, progress }, 100)).rejects.toThrow('cancelled');
    expect(await count()).toBe(100);
    expect(await predict().done).toEqual({ predicted: WINDOWS - 100 });
    expect(await count()).toBe(WINDOWS);
    expect(await predict().done).toEqual({ predicted: 0 });
    const { versions } = await listVersions(OPERATOR);
    expect(versions.find(({ name }) => name === 'v0_1_0')?.predicted).toEqual({
      windows: WINDOWS,
      total: WINDOWS,
    });
  });

  it('stores what the model says of each window alone', async () => {
    const version = await requireVersion('v0_1_0');
    const { quantisation } = metricsSchema.parse(version.metrics);
    const session = await openModelSession(modelFileOf(version), 1);
    const { series, candidates, snapshots } = MARKET[0];
    for (const candidate of [candidates[0], candidates[77], candidates[candidates.length - 1]]) {
      const { bars, indicators, t } = openSnapshot(snapshots.get(candidate.snapshotHash)!);
      const inputs = allocateInputs(session.schema, 1);
      const row = quantisation.series['demo:ALPHA:15m'] ?? quantisation.global;
      composeInputs(inputs, 0, bars, indicators, t, row);
      const alone = await session.run(inputs);
      const stored = await getDb().prediction.findFirstOrThrow({
        where: {
          window: { ts: candidate.ts, series: { symbol: series.symbol, timeframe: series.timeframe } },
        },
      });
      const differences = [
        ...stored.probabilities.map((value, i) => value - alone.probabilities[i]),
        ...stored.embedding.map((value, i) => value - alone.embedding[i]),
        stored.quality - alone.quality[0],
        (stored.poleKatr ?? 0) - alone.poleKatr[0],
      ];
      expect(differences).toHaveLength(71);
      expect(Math.max(...differences.map(Math.abs))).toBeLessThan(1e-6);
      expect(Math.hypot(...stored.embedding)).toBeCloseTo(1, 5);
      expect(stored.probabilities.reduce((sum, p) => sum + p)).toBeCloseTo(1, 5);
    }
    await session.release();
  });

  it('passes over stale windows and asks for no job of an unknown version', async () => {
    await getDb().prediction.deleteMany();
    const window = await getDb().window.findFirstOrThrow();
    await getDb().window.update({ where: { id: window.id }, data: { stale: true } });
    expect(await predict().done).toEqual({ predicted: WINDOWS - 1 });
    await expect(predictWindows(OPERATOR, { name: 'v9_9_9' })).rejects.toThrow(
      'There is no model version v9_9_9.',
    );
    expect((await predictWindows(OPERATOR, { name: 'v0_1_0' })).jobId).toMatch(/^[0-9a-f-]{36}$/);
  });
});
