import { readFile } from 'node:fs/promises';
import { CLASS_IDS } from '@/lib/contract/classes.ts';
import { type Metrics, metricsSchema } from '@/lib/contract/metrics.ts';
import { EMBEDDING_SIZE } from '@/lib/contract/models.ts';
import { getDb } from '../db/connection.ts';
import { registerVersion } from '../registry/register-version.ts';
import { insertAliasEvent } from '../repo/alias.ts';
import type { VersionRow } from '../repo/model.ts';
import { insertPredictions } from '../repo/prediction.ts';
import tiny from '../serving/fixtures/metrics.json' with { type: 'json' };

/** A version without files, as champion. @returns its id */
export async function addChampion(name: string): Promise<number> {
  const { id } = await getDb().modelVersion.create({
    data: {
      name,
      storageKey: name,
      modelSha256: 'x',
      modelBytes: 1,
      featureSchema: 1,
      classMap: [...CLASS_IDS],
      metrics: {},
    },
  });
  await insertAliasEvent(getDb(), { alias: 'champion', versionId: id, reason: 'test', actor: 'test' });
  return id;
}

/** What the trainer would have written beside one of the tiny models (serving/fixtures). */
export function tinyMetrics(datasetHash = 'none'): Metrics {
  return metricsSchema.parse({ ...tiny, dataset_hash: datasetHash });
}

export const tinyModel = (name: string): Promise<Buffer> =>
  readFile(new URL(`../serving/fixtures/${name}.onnx`, import.meta.url));

/** Registers a tiny model that runs, as if it had been trained on a dataset. */
export async function addTinyVersion(name: 'good' | 'other', datasetHash?: string): Promise<VersionRow> {
  return registerVersion({
    model: await tinyModel(name),
    metrics: tinyMetrics(datasetHash),
    runId: null,
    source: name,
  });
}

export interface TestPrediction {
  readonly windowId: string;
  readonly probabilities: readonly number[];
  /** The embedding's direction in its first plane, in degrees; 0 where it does not matter. */
  readonly angle?: number;
  /** ATR. */
  readonly poleKatr?: number | null;
}

export async function addPredictions(
  versionId: number,
  predictions: readonly TestPrediction[],
): Promise<void> {
  await insertPredictions(
    versionId,
    predictions.map(({ windowId, probabilities, angle = 0, poleKatr = null }) => {
      const embedding = new Float32Array(EMBEDDING_SIZE);
      embedding[0] = Math.cos((angle * Math.PI) / 180);
      embedding[1] = Math.sin((angle * Math.PI) / 180);
      return { windowId, probabilities, quality: Math.max(...probabilities), poleKatr, embedding };
    }),
  );
}
