import { metricsSchema } from '@/lib/contract/metrics.ts';
import type { ModelCard } from '@/lib/contract/model-card.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { getDb } from '../db/connection.ts';
import { modelCard } from '../registry/model-card.ts';
import { findDatasetByHash } from '../repo/dataset.ts';
import { requireVersion } from './model.ts';

/** What a version is for, what it was made from, how well it does, and what it cannot. */
export async function getModelCard(actor: Actor, { name }: { name: string }): Promise<ModelCard> {
  requireRole(actor, 'admin');
  const { metrics, runId } = await requireVersion(name);
  const parsed = metricsSchema.parse(metrics);
  const dataset = await findDatasetByHash(getDb(), parsed.dataset_hash);
  return modelCard({ name, metrics: parsed, runId, dataset });
}
