import type { Client } from 'pg';
import { CLASS_IDS } from '../../lib/contract/classes.ts';
import { datasetPolicySchema, SPLITS } from '../../lib/contract/dataset.ts';
import { type GivenSettings, resolveSettings } from '../../lib/contract/settings.ts';

const EPOCHS = 12;

export interface TrainedRuns {
  readonly datasetId: number;
  readonly curveId: number;
  /** On a quarter, a half and all of the labels. */
  readonly ofCurve: readonly number[];
  readonly failed: number;
}

/** A dataset, a learning curve that has been trained and a run whose trainer was killed, as they stand in the database. */
export async function insertTrainedRuns(db: Client): Promise<TrainedRuns> {
  const counts = Object.fromEntries(CLASS_IDS.map((id) => [id, 800]));
  const policy = datasetPolicySchema.parse({ name: 'Trained elsewhere', sources: 'weak' });
  const summary = {
    bySplit: Object.fromEntries(SPLITS.map((split) => [split, counts])),
    ...{ bySource: { weak: 16000 }, series: 4, featureSchemas: [1], leftOut: {}, notes: [] },
    cutDates: { validationFrom: Date.UTC(2025, 0), testFrom: Date.UTC(2025, 3), embargoMs: 230_400_000 },
  };
  const datasetId = await insert(db, 'Dataset', {
    ...{ name: policy.name, hash: 'e2e-trained-elsewhere', policy, summary, storageKey: 'datasets/e2e' },
    ...{ rows: 16000, createdBy: 'e2e' },
  });
  const curveId = await insert(db, 'LearningCurve', { datasetId, preset: 'quick', createdBy: 'e2e' });
  const run = async (settings: GivenSettings, more: Record<string, unknown>) => {
    const config = { preset: 'quick', seed: 1, ...resolveSettings('quick', settings) };
    const began = new Date(Date.UTC(2026, 0, 1));
    return insert(db, 'TrainingRun', {
      ...{ datasetId, preset: 'quick', config, seed: 1, createdBy: 'e2e', startedAt: began, endedAt: began },
      ...{ machine: 'desk', device: 'CPU, 2 threads, fp32', ...more },
    });
  };
  const ofCurve: number[] = [];
  for (const [at, share] of [0.25, 0.5, 1].entries()) {
    const macro = [0.48, 0.58, 0.66][at];
    const block = {
      ...{
        rows: 4000,
        macro_f1: macro,
        macro_f1_interval: around(macro),
        ece: 0.05,
        ece_interval: around(0.05),
      },
      ...{ pole_mae: 0.8, pole_mae_interval: around(0.8) },
      per_class: CLASS_IDS.map((id, c) => {
        const f1 = id === 'none' ? 0.9 : macro + 0.03 * c;
        return { class: id, support: 800, f1, f1_interval: around(f1) };
      }),
    };
    const measured = {
      trainingRows: CLASS_IDS.map(() => 800 * share),
      test: { sampled: block, natural: block },
    };
    const state = { state: 'done', curveId, measured, bestMacroF1: macro };
    const id = await run({ label_share: share, epochs: 6 / share }, state);
    for (let epoch = 1; epoch <= EPOCHS; epoch++) {
      const f1 = macro * (1 - 0.6 ** epoch);
      const figures = {
        ...{
          epoch,
          trainLoss: 1 - f1,
          validationLoss: 1.1 - f1,
          macroF1: f1,
          perClassF1: CLASS_IDS.map(() => f1),
        },
        ...{ learningRate: 0.001, imagesPerSecond: 80, seconds: 20 },
      };
      await db.query('INSERT INTO "RunEpoch" ("runId", "epoch", "figures") VALUES ($1, $2, $3)', [
        id,
        epoch,
        figures,
      ]);
    }
    ofCurve.push(id);
  }
  const error =
    'The trainer was killed, as the system does when memory runs out: a smaller batch needs less (SIGKILL). Its last words:\nallocating';
  const failed = await run({ batch: 4096, learning_rate: 0.004 }, { state: 'failed', error });
  return { datasetId, curveId, ofCurve, failed };
}

/** Takes them out again: other tests begin without a dataset. */
export async function removeTrainedRuns(db: Client, { datasetId }: TrainedRuns): Promise<void> {
  for (const table of ['TrainingRun', 'LearningCurve'])
    await db.query(`DELETE FROM "${table}" WHERE "datasetId" = $1`, [datasetId]);
  await db.query('DELETE FROM "Dataset" WHERE "id" = $1', [datasetId]);
}

const around = (value: number): [number, number] => [value - 0.03, value + 0.03];

async function insert(db: Client, table: string, row: Record<string, unknown>): Promise<number> {
  const names = Object.keys(row);
  const { rows } = await db.query<{ id: number }>(
    `INSERT INTO "${table}" (${names.map((name) => `"${name}"`).join()})
     VALUES (${names.map((_, i) => `$${i + 1}`).join()}) RETURNING "id"`,
    Object.values(row),
  );
  return rows[0].id;
}
