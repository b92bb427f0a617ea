import { createHash } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metrics } from '@/lib/contract/metrics.ts';
import { getDb } from '../db/connection.ts';
import { findDatasetByHash } from '../repo/dataset.ts';
import { insertVersion, type VersionRow } from '../repo/model.ts';
import { requireCompatible } from '../serving/compatible.ts';
import { type ModelFile, openModelSession } from '../serving/session.ts';
import { storage } from '../storage.ts';
import { makeGoldenPack } from './golden-pack.ts';
import { cardMarkdown, modelCard } from './model-card.ts';

export interface ModelToRegister {
  /** The ONNX file. */
  readonly model: Uint8Array;
  readonly metrics: Metrics;
  /** The run that made it; null for a model from outside. */
  readonly runId: number | null;
  /** What messages call it while it has no name. */
  readonly source: string;
}

/**
 * Registers a model under the next free name: `pattern_cnn/vX_Y_Z/` with model.onnx, metrics.json, golden.json and
 * MODEL_CARD.md is published as one folder, and the row that points to it is written last.
 * @throws Refusal where the model is not one that this app can run
 */
export async function registerVersion(given: ModelToRegister): Promise<VersionRow> {
  const { model, metrics, runId, source } = given;
  const identity = { name: source, featureSchema: metrics.feature_schema_ver, classMap: metrics.class_map };
  requireCompatible(identity);
  const sha256 = sha256Of(model);
  const dataset = await findDatasetByHash(getDb(), metrics.dataset_hash);
  return storage.withScratch('model', async (scratch) => {
    const path = join(scratch, 'model.onnx');
    await writeFile(path, model);
    const golden = await goldenFile({ ...identity, path, sha256 }, metrics);
    return insertVersion(async (name) => {
      const named = { ...metrics, version: name };
      const root = join(scratch, name);
      const folder = join(root, 'pattern_cnn', name);
      await mkdir(folder, { recursive: true });
      await rename(path, join(folder, 'model.onnx'));
      await writeFile(join(folder, 'metrics.json'), `${JSON.stringify(named, null, 1)}\n`);
      await writeFile(join(folder, 'golden.json'), golden);
      await writeFile(
        join(folder, 'MODEL_CARD.md'),
        cardMarkdown(modelCard({ name, metrics: named, runId, dataset })),
      );
      const key = `models/${name}-${sha256.slice(0, 8)}`;
      await storage.publishFolder(root, key);
      return {
        runId,
        storageKey: `${key}/pattern_cnn/${name}`,
        modelSha256: sha256,
        modelBytes: model.length,
        goldenSha256: sha256Of(golden),
        featureSchema: metrics.feature_schema_ver,
        classMap: metrics.class_map,
        metrics: JSON.parse(JSON.stringify(named)),
      };
    });
  });
}

async function goldenFile(file: ModelFile, { quantisation }: Metrics): Promise<Buffer> {
  const session = await openModelSession(file, 1);
  try {
    return Buffer.from(`${JSON.stringify(await makeGoldenPack(session, quantisation))}\n`);
  } finally {
    await session.release();
  }
}

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
