import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { CLASS_COUNT, type ClassId, classIndex } from '@/lib/contract/classes.ts';
import { EMBEDDING_SIZE } from '@/lib/contract/models.ts';
import { createRandom } from '@/lib/core/random.ts';
import { disagreements } from '@/lib/core/selection/disagreement.ts';
import { driftScores } from '@/lib/core/selection/drift.ts';
import { createFarthestFirst } from '@/lib/core/selection/farthest-first.ts';
import { rankHighest, rankLowest } from '@/lib/core/selection/rank.ts';
import type { Mix, ModelStrategy } from '@/lib/core/selection/strategy.ts';
import { margins } from '@/lib/core/selection/uncertainty.ts';
import { readEmbeddings, readLabelledEmbeddings } from '../repo/prediction.ts';
import type { TakenRow } from '../repo/queue-fill.ts';

/** What bounds the cost of diversity: about 6 s. The pool is drawn by lot. */
const DIVERSITY_POOL = 20_000;
const DIVERSITY_PICKS = 2_000;
const DIVERSITY_CENTRES = 2_000;
/** The newest part of what the queue takes is where the market is now; of it so many at most, drawn by lot, about 0.5 s. */
const NEWEST = 0.25;
const DRIFT_POOL = 10_000;
const DRIFT_LABELS = 5_000;
const DRIFT_SEED = 1;
/** About a tenth of a second of work. */
const STEPS_AT_ONCE = 50;

export type Rankings = Partial<Record<ModelStrategy, Int32Array>>;

/**
 * How the strategies of a mix that read a model rank windows, as indices into them, best first. A window that the model
 * has not predicted is in none.
 * @param probabilities row by row; NaN where the version has not predicted
 */
export async function rankWindows(
  rows: readonly TakenRow[],
  probabilities: Float32Array,
  mix: Mix,
  versionId: number,
  signal: AbortSignal,
): Promise<Rankings> {
  const rankings: Rankings = {};
  if (mix.uncertainty > 0) rankings.uncertainty = rankLowest(margins(probabilities, CLASS_COUNT));
  if (mix.disagreement > 0) {
    const suggested = rows.map(({ suggestedClass }) => classIndex(suggestedClass as ClassId));
    rankings.disagreement = rankHighest(disagreements(probabilities, CLASS_COUNT, suggested));
  }
  if (mix.diversity > 0) rankings.diversity = await rankByDiversity(rows, versionId, signal);
  if (mix.drift > 0) rankings.drift = await rankByDrift(rows, versionId);
  return rankings;
}

/** Farthest from what is labelled first; at most 2,000 windows of 20,000. */
async function rankByDiversity(
  rows: readonly TakenRow[],
  versionId: number,
  signal: AbortSignal,
): Promise<Int32Array> {
  const drawn = rankLowest(rows.map(({ lot }) => lot)).subarray(0, DIVERSITY_POOL);
  const byId = new Map(Array.from(drawn, (row) => [rows[row].windowId, row]));
  const pool = await readEmbeddings(versionId, [...byId.keys()]);
  const labelled = await readLabelledEmbeddings(versionId, null, DIVERSITY_CENTRES);
  const picking = createFarthestFirst(pool.embeddings, labelled, EMBEDDING_SIZE, DIVERSITY_PICKS);
  while (picking.advance(STEPS_AT_ONCE) < picking.total) {
    await yieldToOthers();
    signal.throwIfAborted();
  }
  return picking.finish().map((pick) => byId.get(pool.windowIds[pick]) ?? 0);
}

/** The newest windows of regions that hold too few labels, the region with the fewest first; by lot within one. */
async function rankByDrift(rows: readonly TakenRow[], versionId: number): Promise<Int32Array> {
  const newest = rankHighest(rows.map(({ ts }) => ts)).subarray(0, Math.ceil(NEWEST * rows.length));
  const byLot = newest
    .slice()
    .sort((a, b) => rows[a].lot - rows[b].lot)
    .subarray(0, DRIFT_POOL);
  const byId = new Map(Array.from(byLot, (row) => [rows[row].windowId, row]));
  const fresh = await readEmbeddings(versionId, [...byId.keys()]);
  const labelled = await readLabelledEmbeddings(versionId, null, DRIFT_LABELS);
  const scores = driftScores(fresh.embeddings, labelled, EMBEDDING_SIZE, createRandom(DRIFT_SEED));
  return rankHighest(scores.map((score) => (score > 0 ? score : Number.NaN))).map(
    (found) => byId.get(fresh.windowIds[found]) ?? 0,
  );
}
