import type { DatasetPolicy, DatasetPreview } from '@/lib/contract/dataset.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { nothingToTrainOn, summariseRows } from '../dataset/summarise-rows.ts';
import { chooseRows } from './choose-rows.ts';
import { keptPool } from './dataset-pool.ts';

/**
 * What a policy would build, counted by what builds it; windows and labels are those of at most half a minute ago.
 * @throws Refusal `not_found` for its rule set
 */
export async function previewDataset(
  actor: Actor,
  policy: DatasetPolicy,
  signal: AbortSignal,
): Promise<DatasetPreview> {
  requireRole(actor, 'admin');
  const { labelled, rows, windows } = await chooseRows(actor, policy, keptPool, signal);
  return {
    ...summariseRows(rows, labelled, policy),
    rows: rows.length,
    windows,
    refusal: nothingToTrainOn(rows, labelled.leftOut, policy),
  };
}
