import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { metricsSchema } from '@/lib/contract/metrics.ts';
import { registerVersion } from '../registry/register-version.ts';

/**
 * Registers what a finished run left in its folder.
 * @returns the version's name
 * @throws Refusal where the model is not one that this app can run
 */
export async function publishVersion(runId: number, runFolder: string): Promise<string> {
  const model = await readFile(join(runFolder, 'model.onnx'));
  const metrics = metricsSchema.parse(JSON.parse(await readFile(join(runFolder, 'metrics.json'), 'utf8')));
  return (await registerVersion({ model, metrics, runId, source: `of run ${runId}` })).name;
}
