import type { Quantisation } from '@/lib/core/image/quantisation.ts';
import { getDb } from '../db/connection.ts';
import { registerVersion } from '../registry/register-version.ts';
import { insertAliasEvent } from '../repo/alias.ts';
import type { VersionRow } from '../repo/model.ts';
import { tinyMetrics, tinyModel } from './model.ts';

const row = { M: 0.05, rsiMean: 0.5, rsiStd: 0.1, drMean: 0, drStd: 0.05, p0_5: -2, p99_5: 2 };
/** One series has a row of its own, and its images look otherwise. */
export const TEST_QUANTISATION: Quantisation = {
  schema: 1,
  global: row,
  series: { 'test:OWN:1h': { ...row, M: 0.005, p0_5: -0.5, p99_5: 0.5 } },
};

/** Registers tiny models that disagree about every window: v0_1_0, v0_2_0, and v0_3_0 of feature schema 2. */
export async function registerTinyModels(): Promise<void> {
  for (const name of ['good', 'other', 'aux']) {
    await registerModel(await tinyModel(name), name === 'aux' ? 2 : 1);
  }
}

/** Registers an ONNX file under the next free name. */
export function registerModel(model: Buffer, featureSchema = 1): Promise<VersionRow> {
  const metrics = {
    ...tinyMetrics(),
    feature_schema_ver: featureSchema,
    quantisation: TEST_QUANTISATION,
    thresholds: [0.4, 0.5, 0.6, null, null],
  };
  return registerVersion({ model, metrics, runId: null, source: 'test' });
}

/** Points champion at a version, as a promotion does. */
export async function makeChampion(name: string): Promise<void> {
  const { id } = await getDb().modelVersion.findUniqueOrThrow({ where: { name } });
  await insertAliasEvent(getDb(), { alias: 'champion', versionId: id, reason: 'test', actor: 'test' });
}
