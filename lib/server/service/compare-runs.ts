import type { ComparedRun } from '@/lib/contract/compare-runs.ts';
import { curveFiguresSchema } from '@/lib/contract/learning-curve.ts';
import { metricsSchema } from '@/lib/contract/metrics.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { getDb } from '../db/connection.ts';
import { notFound } from '../error.ts';
import { findVersionOfRun } from '../repo/model.ts';
import { findMeasured, findRun, listEpochs } from '../repo/run.ts';
import { measuredOf } from '../training/measured.ts';
import { getDataset } from './dataset.ts';

/**
 * Runs side by side, in the order asked for, each once.
 * @throws Refusal `not_found` naming the run that does not exist
 */
export async function compareRuns(
  actor: Actor,
  { runs }: { runs: string },
): Promise<{ runs: ComparedRun[] }> {
  requireRole(actor, 'admin');
  const ids = [...new Set(runs.split(',').map(Number))];
  return { runs: await Promise.all(ids.map((id) => readRun(actor, id))) };
}

async function readRun(actor: Actor, id: number): Promise<ComparedRun> {
  const found = await findRun(id);
  if (!found) throw notFound(`run ${id}`);
  const { run } = found;
  const [epochs, dataset, version] = await Promise.all([
    listEpochs(getDb(), id),
    getDataset(actor, { id: run.datasetId }),
    findVersionOfRun(getDb(), id),
  ]);
  const seen = { run, epochs, dataset };
  if (version) return { ...seen, measured: measuredOf(metricsSchema.parse(version.metrics)) };
  const figures = await findMeasured(getDb(), id);
  return { ...seen, measured: figures ? { test: curveFiguresSchema.parse(figures).test } : null };
}
