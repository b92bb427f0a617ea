import { availableParallelism } from 'node:os';
import { CLASS_COUNT } from '@/lib/contract/classes.ts';
import type { JobPayload } from '@/lib/contract/job-payload.ts';
import { seriesKey } from '@/lib/contract/manifest.ts';
import { metricsSchema } from '@/lib/contract/metrics.ts';
import { EMBEDDING_SIZE } from '@/lib/contract/models.ts';
import { allocateInputs, composeInputs, sliceInputs } from '@/lib/core/image/inputs.ts';
import { type Quantisation, quantisationFor } from '@/lib/core/image/quantisation.ts';
import { openSnapshot } from '@/lib/core/snapshot.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { unpackSnapshot } from '../bars/snapshot-bytes.ts';
import { Refusal } from '../error.ts';
import type { JobContext } from '../jobs/job.ts';
import type { VersionRow } from '../repo/model.ts';
import {
  countUnpredicted,
  insertPredictions,
  listUnpredicted,
  listUnpredictedOf,
  type PredictionRow,
  type UnpredictedWindow,
} from '../repo/prediction.ts';
import { streamSnapshots } from '../repo/snapshot-stream.ts';
import { type ModelOutput, type ModelSession, openModelSession } from '../serving/session.ts';
import { publishEmbeds } from './embeds.ts';
import { enqueuePrediction, modelFileOf, requireVersion } from './model.ts';
import { orderAfterPredictions } from './order-queue.ts';

const BATCH = 64;
/** Windows whose predictions are written together: what a stop loses at most. */
const PAGE = 1024;

/** Predicts every stored window that this version has not, as a job. */
export async function predictWindows(actor: Actor, { name }: { name: string }): Promise<{ jobId: string }> {
  requireRole(actor, 'admin');
  const { archivedAt } = await requireVersion(name);
  if (archivedAt) throw new Refusal('conflict', `${name} is archived: restore it before it predicts.`);
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
    if (predicted > 0) {
      await publishEmbeds(version, signal);
      await orderAfterPredictions(actor);
    }
    return { predicted };
  } finally {
    await session.release();
  }
}

/**
 * Predicts those of the windows that a version has not predicted yet, stale ones too, and stores that like the others.
 * @param onDone is told how many are done of how many that were missing
 */
export async function predictMissing(
  version: VersionRow,
  windowIds: readonly string[],
  signal: AbortSignal,
  onDone: (done: number, missing: number) => void,
): Promise<void> {
  const missing = await listUnpredictedOf(version.id, windowIds);
  if (missing.length === 0) return;
  const { quantisation } = metricsSchema.parse(version.metrics);
  const session = await openModelSession(modelFileOf(version), Math.max(1, availableParallelism() - 1));
  try {
    for (let from = 0; from < missing.length; from += PAGE) {
      signal.throwIfAborted();
      const page = missing.slice(from, from + PAGE);
      await insertPredictions(version.id, await predictPage(session, page, quantisation, signal));
      onDone(from + page.length, missing.length);
    }
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
  const inputs = allocateInputs(session.schema, BATCH);
  const rows: PredictionRow[] = [];
  let filled = 0;
  const flush = async () => {
    if (filled === 0) return;
    signal.throwIfAborted();
    const output = await session.run(sliceInputs(inputs, 0, filled));
    for (let i = 0; i < filled; i++) rows.push(predictionOf(windows[rows.length].windowId, output, i));
    filled = 0;
  };
  const hashes = windows.map((window) => window.snapshotHash);
  for await (const { index, bytes } of streamSnapshots(hashes, signal)) {
    const { bars, indicators, t } = openSnapshot(unpackSnapshot(bytes));
    const row = quantisationFor(quantisation, seriesKey(windows[index]));
    composeInputs(inputs, filled, bars, indicators, t, row);
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
