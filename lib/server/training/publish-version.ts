import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { metricsSchema } from '@/lib/contract/metrics.ts';
import { insertVersion } from '../repo/model.ts';
import { requireCompatible } from '../serving/compatible.ts';
import { storage } from '../storage.ts';

/**
 * Registers what a finished run left in its folder: `pattern_cnn/vX_Y_Z/{model.onnx, metrics.json}` is published as one
 * folder, and the row that points to it is written last.
 * @returns the version's name
 * @throws Refusal where the model is not one that this app can run
 */
export async function publishVersion(runId: number, runFolder: string): Promise<string> {
  const model = await readFile(join(runFolder, 'model.onnx'));
  const sha256 = createHash('sha256').update(model).digest('hex');
  const metrics = metricsSchema.parse(JSON.parse(await readFile(join(runFolder, 'metrics.json'), 'utf8')));
  requireCompatible({
    name: `of run ${runId}`,
    featureSchema: metrics.feature_schema_ver,
    classMap: metrics.class_map,
  });
  const row = await insertVersion(async (name) => {
    const named = { ...metrics, version: name };
    const root = `models/${name}-${sha256.slice(0, 8)}`;
    await storage.withScratch('model', async (scratch) => {
      const folder = join(scratch, 'pattern_cnn', name);
      await mkdir(folder, { recursive: true });
      await copyFile(join(runFolder, 'model.onnx'), join(folder, 'model.onnx'));
      await writeFile(join(folder, 'metrics.json'), `${JSON.stringify(named, null, 1)}\n`);
      await storage.publishFolder(scratch, root);
    });
    return {
      runId,
      storageKey: `${root}/pattern_cnn/${name}`,
      modelSha256: sha256,
      modelBytes: model.length,
      featureSchema: metrics.feature_schema_ver,
      classMap: metrics.class_map,
      metrics: JSON.parse(JSON.stringify(named)),
    };
  });
  return row.name;
}
