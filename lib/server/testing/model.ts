import { CLASS_IDS } from '@/lib/contract/classes.ts';
import { EMBEDDING_SIZE } from '@/lib/contract/models.ts';
import { FEATURE_SCHEMA } from '@/lib/core/image/schema.ts';
import { getDb } from '../db/connection.ts';
import { insertAliasEvent } from '../repo/model.ts';
import { insertPredictions } from '../repo/prediction.ts';

/** A version without files, as champion. @returns its id */
export async function addChampion(name: string): Promise<number> {
  const { id } = await getDb().modelVersion.create({
    data: {
      name,
      storageKey: name,
      modelSha256: 'x',
      modelBytes: 1,
      featureSchema: FEATURE_SCHEMA.version,
      classMap: [...CLASS_IDS],
      metrics: {},
    },
  });
  await insertAliasEvent(getDb(), { alias: 'champion', versionId: id, reason: 'test', actor: 'test' });
  return id;
}

export interface TestPrediction {
  readonly windowId: string;
  readonly probabilities: readonly number[];
  /** The embedding's direction in its first plane, in degrees; 0 where it does not matter. */
  readonly angle?: number;
}

export async function addPredictions(
  versionId: number,
  predictions: readonly TestPrediction[],
): Promise<void> {
  await insertPredictions(
    versionId,
    predictions.map(({ windowId, probabilities, angle = 0 }) => {
      const embedding = new Float32Array(EMBEDDING_SIZE);
      embedding[0] = Math.cos((angle * Math.PI) / 180);
      embedding[1] = Math.sin((angle * Math.PI) / 180);
      return { windowId, probabilities, quality: Math.max(...probabilities), poleKatr: null, embedding };
    }),
  );
}
