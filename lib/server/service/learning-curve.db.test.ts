import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datasetPolicySchema } from '@/lib/contract/dataset.ts';
import { newCurveSchema } from '@/lib/contract/learning-curve.ts';
import { OPERATOR } from '../auth/actor.ts';
import { jobContext } from '../dataset/testing/job-context.ts';
import { scanDemoMarket } from '../dataset/testing/scanned-series.ts';
import { findTrainerPython, openTestSetting } from '../dataset/testing/setting.ts';
import { storeMarket } from '../dataset/testing/store-market.ts';
import { compareRuns } from './compare-runs.ts';
import { runDatasetBuild } from './dataset.ts';
import { listLearningCurves, startLearningCurve } from './learning-curve.ts';
import { listVersions } from './model.ts';
import { getRun, runTraining } from './train.ts';

const python = findTrainerPython();
if (!python) console.log('No Python with PyTorch here: learning curves are not tested.');

let setting: Awaited<ReturnType<typeof openTestSetting>>;
let datasetId: number;
beforeAll(async () => {
  setting = await openTestSetting();
  if (python) process.env.HALYARD_TRAIN_PYTHON = python;
  await storeMarket(scanDemoMarket(3, { series: 2, barsPerSeries: 4000 }));
  const policy = datasetPolicySchema.parse({ name: 'weak', sources: 'weak' });
  datasetId = (await runDatasetBuild(jobContext({ policy }).context)).datasetId;
});
afterAll(() => setting.close());

describe.skipIf(!python)('a learning curve', { timeout: 240_000 }, () => {
  it('trains on growing shares of the labels for as many steps, and keeps their figures without making versions', async () => {
    const settings = { epochs: 1, rows: 120, eval_rows: 150, bootstrap: 50 };
    const { curveId, runIds } = await startLearningCurve(
      OPERATOR,
      newCurveSchema.parse({ datasetId, settings }),
    );
    expect(runIds).toHaveLength(3);
    const asked = await Promise.all(runIds.map(async (id) => (await getRun(OPERATOR, { id })).run.settings));
    expect(asked.map(({ label_share, epochs, early_stop }) => [label_share, epochs, early_stop])).toEqual([
      [0.25, 4, 32],
      [0.5, 2, 16],
      [1, 1, 8],
    ]);
    for (const runId of runIds) {
      expect(await runTraining(jobContext({ runId, resume: false }).context)).toEqual({ version: null });
    }
    const { curves } = await listLearningCurves(OPERATOR);
    expect(curves).toHaveLength(1);
    expect(curves[0]).toMatchObject({ id: curveId, datasetId, datasetName: 'weak', preset: 'quick' });
    const { runs } = curves[0];
    expect(runs.map(({ share, state }) => [share, state])).toEqual([
      [0.25, 'done'],
      [0.5, 'done'],
      [1, 'done'],
    ]);
    const sizes = runs.map(({ figures }) => figures?.trainingRows.reduce((sum, rows) => sum + rows, 0) ?? 0);
    expect(sizes[2]).toBe(120);
    expect(sizes[0]).toBeLessThan(sizes[1]);
    expect(sizes[1]).toBeLessThan(sizes[2]);
    expect(runs[2].figures?.test.sampled.per_class.some(({ f1_interval }) => f1_interval?.length === 2)).toBe(
      true,
    );
    expect((await listVersions(OPERATOR)).versions).toEqual([]);
    // Asked again (a retry after its worker died too late), it stays what it is.
    expect(await runTraining(jobContext({ runId: runIds[0], resume: false }).context)).toEqual({
      version: null,
    });

    const compared = await compareRuns(OPERATOR, { runs: `${runIds[2]},${runIds[0]}` });
    expect(compared.runs.map(({ run }) => run.id)).toEqual([runIds[2], runIds[0]]);
    expect(compared.runs.map(({ epochs }) => epochs.length)).toEqual([1, 4]);
    expect(compared.runs[0].measured?.test?.sampled).toEqual(runs[2].figures?.test.sampled);
    await expect(compareRuns(OPERATOR, { runs: `${runIds[0]},999` })).rejects.toThrow('There is no run 999');
  });
});
