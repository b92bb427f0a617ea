import {
  CURVE_SHARES,
  CURVES_LISTED,
  type Curve,
  curveFiguresSchema,
  type NewCurve,
} from '@/lib/contract/learning-curve.ts';
import { type GivenSettings, PRESETS, resolveSettings, SETTINGS } from '@/lib/contract/settings.ts';
import type { Run } from '@/lib/contract/train.ts';
import { z } from '@/lib/contract/zod.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { getDb } from '../db/connection.ts';
import { withJobs } from '../jobs/enqueue.ts';
import { type CurveRow, insertCurve, listCurveRows } from '../repo/learning-curve.ts';
import { listRunsOfCurves } from '../repo/run.ts';
import { trainerPython } from '../training/trainer-python.ts';
import { getDataset } from './dataset.ts';
import { addRun } from './train.ts';

/** The newest learning curves with what their runs measured. */
export async function listLearningCurves(actor: Actor): Promise<{ curves: Curve[] }> {
  requireRole(actor, 'admin');
  const rows = await listCurveRows(getDb(), CURVES_LISTED);
  const runs = await listRunsOfCurves(rows.map(({ id }) => id));
  return { curves: rows.map((row) => toCurve(row, runs)) };
}

/**
 * Asks for the runs of a learning curve: each share of the labels, as often as they are drawn anew. A smaller share's
 * labels are among a larger's of the same draw.
 * @throws Refusal `unavailable` while the trainer's environment is not ready
 */
export async function startLearningCurve(
  actor: Actor,
  { datasetId, preset, seed, draws, settings }: NewCurve,
): Promise<{ curveId: number; runIds: number[] }> {
  requireRole(actor, 'admin');
  const dataset = await getDataset(actor, { id: datasetId });
  await trainerPython();
  return withJobs(actor, async (tx, enqueue) => {
    const curveId = await insertCurve(tx, { datasetId, preset, createdBy: actor.id });
    const runIds: number[] = [];
    for (let draw = 0; draw < draws; draw++) {
      for (const share of CURVE_SHARES) {
        const own = { preset, seed: seed + draw, settings: settingsOfShare(preset, settings, share) };
        runIds.push((await addRun(tx, enqueue, { ...own, dataset, curveId, by: actor })).runId);
      }
    }
    return { curveId, runIds };
  });
}

/** A share of the labels in as many more epochs: each run takes as many steps, so that only the labels differ. */
function settingsOfShare(preset: NewCurve['preset'], given: GivenSettings, share: number): GivenSettings {
  const { epochs, early_stop } = resolveSettings(preset, given);
  const longer = (value: number | string) =>
    Math.min(SETTINGS.epochs.most, Math.round(Number(value) / share));
  return { ...given, label_share: share, epochs: longer(epochs), early_stop: longer(early_stop) };
}

function toCurve({ measured, ...row }: CurveRow, runs: readonly Run[]): Curve {
  const own = runs.filter(({ curveId }) => curveId === row.id);
  return {
    ...row,
    preset: z.enum(PRESETS).parse(row.preset),
    createdAt: row.createdAt.toISOString(),
    runs: own
      .map(({ id, settings, seed, state, progress, error }) => ({
        ...{ id, seed, state, progress, error },
        share: Number(settings.label_share),
        figures: measured.get(id) ? curveFiguresSchema.parse(measured.get(id)) : null,
      }))
      .sort((a, b) => a.share - b.share || a.seed - b.seed),
  };
}
