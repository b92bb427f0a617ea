import { availableParallelism } from 'node:os';
import { CLASS_COUNT } from '@/lib/contract/classes.ts';
import type { JobPayload } from '@/lib/contract/job-payload.ts';
import { seriesKey } from '@/lib/contract/manifest.ts';
import { metricsSchema } from '@/lib/contract/metrics.ts';
import { EMBEDDING_SIZE } from '@/lib/contract/models.ts';
import { composeImage } from '@/lib/core/image/compose.ts';
import { type Quantisation, quantisationFor } from '@/lib/core/image/quantisation.ts';
import { FEATURE_SCHEMA } from '@/lib/core/image/schema.ts';
import { openSnapshot } from '@/lib/core/snapshot.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { unpackSnapshot } from '../bars/snapshot-bytes.ts';
import type { JobContext } from '../jobs/job.ts';
import {
  countUnpredicted,
  insertPredictions,
  listUnpredicted,
  type PredictionRow,
  type UnpredictedWindow,
} from '../repo/prediction.ts';
import { streamSnapshots } from '../repo/snapshot-stream.ts';
import { type ModelOutput, type ModelSession, openModelSession } from '../serving/session.ts';
import { enqueuePrediction, modelFileOf, requireVersion } from './model.ts';
import { orderAfterPredictions } from './order-queue.ts';

const BATCH = 64;
/** Windows whose predictions are written together: what a stop loses at most. */
const PAGE = 1024;

/** Predicts every stored window that this version has not, as a job. */
export async function predictWindows(actor: Actor, { name }: { name: string }): Promise<{ jobId: string }> {
  requireRole(actor, 'admin');
  await requireVersion(name);
  return { jobId: await enqueuePrediction(actor, name) };
}

/**
 * Writes a version's probabilities, quality, pole and embedding for every stored window that lacks them. What is
 * written stays after a stop; the next run goes on from there.
 * @param pageSize windows whose predictions are written together
 */
export async function runPredict(
  context: JobContext<JobPayload<'predict'>>,
  pageSize = PAGE,
): Promise<{ predicted: number }> {
  const { actor, payload, signal, progress, log } = context;
  requireRole(actor, 'admin');
  const version = await requireVersion(payload.version);
  const { quantisation } = metricsSchema.parse(version.metrics);
  const total = await countUnpredicted(version.id);
  log(`${version.name}: ${total} windows to predict`);
  const session = await openModelSession(modelFileOf(version), Math.max(1, availableParallelism() - 1));
  try {
    let predicted = 0;
    let after: string | null = null;
    for (;;) {
      signal.throwIfAborted();
      const windows: UnpredictedWindow[] = await listUnpredicted(version.id, after, pageSize);
      if (windows.length === 0) break;
      after = windows[windows.length - 1].windowId;
      await insertPredictions(version.id, await predictPage(session, windows, quantisation, signal));
      predicted += windows.length;
      progress(Math.min(1, predicted / Math.max(total, predicted)), `${predicted} of ${total} windows`);
    }
    log(`${version.name}: ${predicted} windows predicted`);
    if (predicted > 0) await orderAfterPredictions(actor);
    return { predicted };
  } finally {
    await session.release();
  }
}

async function predictPage(
  session: ModelSession,
  windows: readonly UnpredictedWindow[],
  quantisation: Quantisation,
  signal: AbortSignal,
): Promise<PredictionRow[]> {
  const images = new Uint8Array(BATCH * FEATURE_SCHEMA.bytes);
  const rows: PredictionRow[] = [];
  let filled = 0;
  const flush = async () => {
    if (filled === 0) return;
    signal.throwIfAborted();
    const output = await session.run(images.subarray(0, filled * FEATURE_SCHEMA.bytes), filled);
    for (let i = 0; i < filled; i++) rows.push(predictionOf(windows[rows.length].windowId, output, i));
    filled = 0;
  };
  const hashes = windows.map((window) => window.snapshotHash);
  for await (const { index, bytes } of streamSnapshots(hashes, signal)) {
    const { bars, indicators, t } = openSnapshot(unpackSnapshot(bytes));
    const row = quantisationFor(quantisation, seriesKey(windows[index]));
    composeImage(images, filled * FEATURE_SCHEMA.bytes, bars, indicators, t, row);
    if (++filled === BATCH) await flush();
  }
  await flush();
  return rows;
}

function predictionOf(windowId: string, output: ModelOutput, i: number): PredictionRow {
  const pole = output.poleKatr[i];
  return {
    windowId,
    probabilities: output.probabilities.subarray(i * CLASS_COUNT, (i + 1) * CLASS_COUNT),
    quality: output.quality[i],
    poleKatr: Number.isFinite(pole) ? pole : null,
    embedding: output.embedding.subarray(i * EMBEDDING_SIZE, (i + 1) * EMBEDDING_SIZE),
  };
}
