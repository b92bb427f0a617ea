// Both feature schemas through the whole chain, side by side: dataset, training, registry, prediction.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datasetPolicySchema } from '@/lib/contract/dataset.ts';
import { metricsSchema } from '@/lib/contract/metrics.ts';
import { newRunSchema } from '@/lib/contract/train.ts';
import { allocateInputs, composeInputs } from '@/lib/core/image/inputs.ts';
import type { FeatureSchema } from '@/lib/core/image/schema.ts';
import { openSnapshot } from '@/lib/core/snapshot.ts';
import { OPERATOR } from '../auth/actor.ts';
import { jobContext } from '../dataset/testing/job-context.ts';
import { scanDemoMarket } from '../dataset/testing/scanned-series.ts';
import { findTrainerPython, openTestSetting } from '../dataset/testing/setting.ts';
import { storeMarket } from '../dataset/testing/store-market.ts';
import { getDb } from '../db/connection.ts';
import { openModelSession } from '../serving/session.ts';
import { promote } from './alias.ts';
import { runDatasetBuild } from './dataset.ts';
import { listVersions, modelFileOf, requireVersion, servedModel } from './model.ts';
import { runPredict } from './predict.ts';
import { listRuns, runTraining, startRun } from './train.ts';

const python = findTrainerPython();
const MARKET = scanDemoMarket(3, { series: 1, barsPerSeries: 5000 });
const [{ candidates, snapshots }] = MARKET;
const VERSIONS = { 1: 'v0_1_0', 2: 'v0_2_0' } as const;

let setting: Awaited<ReturnType<typeof openTestSetting>>;
let datasetId: number;
beforeAll(async () => {
  setting = await openTestSetting();
  if (python) process.env.HALYARD_TRAIN_PYTHON = python;
  await storeMarket(MARKET);
  const policy = datasetPolicySchema.parse({ name: 'both', sources: 'weak' });
  datasetId = (await runDatasetBuild(jobContext({ policy }).context)).datasetId;
});
afterAll(() => setting.close());

const start = (schema: FeatureSchema) =>
  startRun(
    OPERATOR,
    newRunSchema.parse({
      datasetId,
      settings: { epochs: 1, rows: 100, eval_rows: 60, bootstrap: 0, feature_schema: schema },
    }),
  );

async function openVersion(schema: FeatureSchema) {
  const version = await requireVersion(VERSIONS[schema]);
  const { quantisation } = metricsSchema.parse(version.metrics);
  return { version, quantisation, session: await openModelSession(modelFileOf(version), 1) };
}

/** What a session says of one stored window; `change` alters its inputs before. */
async function classProbabilities(
  { session, quantisation }: Awaited<ReturnType<typeof openVersion>>,
  candidate: (typeof candidates)[number],
  change: (aux: Float32Array) => void = () => undefined,
): Promise<number[]> {
  const inputs = allocateInputs(session.schema, 1);
  const { bars, indicators, t } = openSnapshot(snapshots.get(candidate.snapshotHash)!);
  const row = quantisation.series['demo:ALPHA:15m'] ?? quantisation.global;
  composeInputs(inputs, 0, bars, indicators, t, row);
  if (inputs.aux) change(inputs.aux);
  return [...(await session.run(inputs)).probabilities];
}

const furthest = (a: readonly number[], b: readonly number[]) =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i])));

describe.skipIf(!python)('two feature schemas', { timeout: 120_000 }, () => {
  it('are trained from one dataset, each into a version that says which it is', async () => {
    for (const schema of [1, 2] as const) {
      const { runId } = await start(schema);
      const { context } = jobContext({ runId, resume: false });
      expect(await runTraining(context)).toEqual({ version: VERSIONS[schema] });
    }
    const { versions } = await listVersions(OPERATOR);
    expect(versions.map(({ name, featureSchema }) => [name, featureSchema])).toEqual([
      ['v0_2_0', 2],
      ['v0_1_0', 1],
    ]);
    const { metrics } = await requireVersion('v0_2_0');
    expect(metricsSchema.parse(metrics).feature_schema_ver).toBe(2);
    expect(versions[0].datasetHash).toBe(versions[1].datasetHash);
  });

  it('predict side by side, one the champion and the other its challenger', async () => {
    const reason = 'side by side';
    await promote(OPERATOR, { name: VERSIONS[1], alias: 'champion', reason, override: true });
    await promote(OPERATOR, { name: VERSIONS[2], alias: 'challenger', reason, override: false });
    for (const schema of [1, 2] as const) {
      const { context } = jobContext({ version: VERSIONS[schema] });
      expect(await runPredict(context)).toEqual({ predicted: candidates.length });
      const opened = await openVersion(schema);
      for (const candidate of [candidates[0], candidates[77], candidates[candidates.length - 1]]) {
        const stored = await getDb().prediction.findFirstOrThrow({
          where: { modelVersionId: opened.version.id, window: { ts: candidate.ts } },
        });
        expect(furthest(await classProbabilities(opened, candidate), stored.probabilities)).toBeLessThan(
          1e-6,
        );
      }
      await opened.session.release();
    }
    const { versions } = await listVersions(OPERATOR);
    expect(versions.map(({ aliases, predicted }) => [aliases, predicted.windows])).toEqual([
      [['challenger'], candidates.length],
      [['champion'], candidates.length],
    ]);
    expect((await servedModel(OPERATOR)).model?.featureSchema).toBe(1);
    await promote(OPERATOR, { name: VERSIONS[2], alias: 'champion', reason, override: true });
    expect((await servedModel(OPERATOR)).model?.featureSchema).toBe(2);
  });

  it('differ in what they look at: only the second minds the auxiliary values', async () => {
    const opened = await openVersion(2);
    const whole = await classProbabilities(opened, candidates[5]);
    const without = await classProbabilities(opened, candidates[5], (aux) => aux.fill(0));
    expect(furthest(whole, without)).toBeGreaterThan(1e-4);
    await expect(opened.session.run(allocateInputs(1, 1))).rejects.toThrow('0 auxiliary values');
    await opened.session.release();
    const first = await openVersion(1);
    await expect(first.session.run(allocateInputs(2, 1))).rejects.toThrow('feature schema 1 have 0');
    await first.session.release();
  });

  it('are refused in words where the graph is not of the schema it is registered under', async () => {
    const one = modelFileOf(await requireVersion(VERSIONS[1]));
    const two = modelFileOf(await requireVersion(VERSIONS[2]));
    await expect(openModelSession({ ...one, featureSchema: 2 }, 1)).rejects.toThrow(
      /has the inputs image and the outputs .*; of feature schema 2 the inputs image, aux and the outputs/,
    );
    await expect(openModelSession({ ...two, featureSchema: 1 }, 1)).rejects.toThrow(
      'has the inputs image, aux and',
    );
    await expect(openModelSession({ ...two, featureSchema: 3 }, 1)).rejects.toThrow(
      'reads feature schema 3; this app composes schemas 1 and 2',
    );
  });

  it('need a dataset that holds their inputs: one built before the second trains the first only', async () => {
    const dataset = await getDb().dataset.findUniqueOrThrow({ where: { id: datasetId } });
    const { featureSchemas, ...summary } = dataset.summary as Record<string, unknown>;
    expect(featureSchemas).toEqual([1, 2]);
    await getDb().dataset.update({
      where: { id: datasetId },
      data: { summary: JSON.parse(JSON.stringify(summary)) },
    });
    const before = (await listRuns(OPERATOR)).total;
    await expect(start(2)).rejects.toThrow(
      'Dataset “both” holds the inputs of feature schema 1, not of 2: it was built before there was one. Build it again from the same policy.',
    );
    expect((await listRuns(OPERATOR)).total).toBe(before);
    expect((await start(1)).runId).toBeGreaterThan(0);
  });
});
