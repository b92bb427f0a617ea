import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobPayload } from '@/lib/contract/job-payload.ts';
import type { Epoch, newRunSchema, Run } from '@/lib/contract/train.ts';
import type { z } from '@/lib/contract/zod.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { getDb } from '../db/connection.ts';
import { storeAgain } from '../db/store-again.ts';
import { notFound, Refusal } from '../error.ts';
import { withJobs } from '../jobs/enqueue.ts';
import type { JobContext, JobRequest } from '../jobs/job.ts';
import { findVersionOfRun } from '../repo/model.ts';
import { findRun, insertRun, listEpochs, listRunRows, type RunDetail, updateRun } from '../repo/run.ts';
import { storage } from '../storage.ts';
import { publishVersion } from '../training/publish-version.ts';
import { createRecorder } from '../training/record-events.ts';
import { runTrainer } from '../training/trainer-process.ts';
import { trainerPackage, trainerPython } from '../training/trainer-python.ts';
import { getDataset } from './dataset.ts';
import { cancelJob } from './job.ts';

export async function listRuns(actor: Actor): Promise<{ runs: Run[] }> {
  requireRole(actor, 'admin');
  return { runs: await listRunRows(getDb()) };
}

export async function getRun(actor: Actor, { id }: { id: number }): Promise<{ run: Run; epochs: Epoch[] }> {
  requireRole(actor, 'admin');
  const { run } = await requireRun(id);
  return { run, epochs: await listEpochs(getDb(), id) };
}

/**
 * Trains on a dataset, as a job.
 * @throws Refusal `unavailable` while the trainer's environment is not ready
 */
export async function startRun(
  actor: Actor,
  input: z.output<typeof newRunSchema>,
): Promise<{ runId: number; jobId: string }> {
  requireRole(actor, 'admin');
  const dataset = await getDataset(actor, input.datasetId);
  await trainerPython();
  const { epochs, rows, poleWeight } = input.overrides;
  const overrides = { epochs, rows, pole_weight: poleWeight };
  return withJobs(actor, async (tx, enqueue) => {
    const runId = await insertRun(tx, {
      datasetId: dataset.id,
      preset: input.preset,
      config: { preset: input.preset, seed: input.seed, ...definedOnly(overrides) },
      seed: input.seed,
      createdBy: actor.id,
    });
    const jobId = await enqueue(trainingOf(runId, dataset.name, false));
    await updateRun(tx, runId, { jobId });
    return { runId, jobId };
  });
}

/** Stops a run; its checkpoint stays. */
export async function cancelRun(actor: Actor, { id }: { id: number }): Promise<{ ok: true }> {
  requireRole(actor, 'admin');
  const { run } = await requireRun(id);
  if (run.state !== 'queued' && run.state !== 'running') {
    throw new Refusal('conflict', `Run ${id} is ${run.state}: there is nothing to cancel.`);
  }
  if (run.jobId) await cancelJob(actor, { id: run.jobId });
  // A running one says itself when its process is gone; a queued one never starts.
  if (run.state === 'queued') await updateRun(getDb(), id, { state: 'cancelled', endedAt: new Date() });
  return { ok: true };
}

/** Goes on from the last checkpoint of a cancelled or failed run, as a job. */
export async function resumeRun(actor: Actor, { id }: { id: number }): Promise<{ jobId: string }> {
  requireRole(actor, 'admin');
  const { run } = await requireRun(id);
  await trainerPython();
  if (run.state !== 'cancelled' && run.state !== 'failed') {
    throw new Refusal(
      'conflict',
      `Run ${id} is ${run.state}; only a cancelled or failed run can be resumed.`,
    );
  }
  return withJobs(actor, async (tx, enqueue) => {
    const jobId = await enqueue(trainingOf(id, run.datasetName, true));
    await updateRun(tx, id, { state: 'queued', error: null, endedAt: null, jobId });
    return { jobId };
  });
}

const trainingOf = (runId: number, dataset: string, resume: boolean): JobRequest => ({
  kind: 'train',
  title: `Train run ${runId} on “${dataset}”`,
  payload: { runId, resume },
  serialKey: `run:${runId}`,
});

type TrainJob = JobContext<JobPayload<'train'>>;

/**
 * Runs the trainer of one run to its end and registers the version it made. A run whose worker died goes on from its
 * checkpoint; one that ended already only answers its version.
 * @returns the version's name
 */
export async function runTraining(context: TrainJob): Promise<{ version: string }> {
  const { actor, payload, signal } = context;
  requireRole(actor, 'admin');
  const detail = await requireRun(payload.runId);
  const existing = await findVersionOfRun(getDb(), payload.runId);
  const db = getDb();
  if (existing) {
    // Its worker died between registering the version and saying so.
    if (detail.run.state !== 'done') {
      await saveEnd(payload.runId, { state: 'done' });
    }
    return { version: existing.name };
  }
  await updateRun(db, payload.runId, {
    state: 'running',
    jobId: context.jobId,
    startedAt: new Date(),
    error: null,
  });
  try {
    await train(detail, context);
    const version = await publishVersion(payload.runId, runFolder(payload.runId));
    await saveEnd(payload.runId, { state: 'done' });
    context.log(`registered as ${version}`);
    return { version };
  } catch (error) {
    await saveStop(payload.runId, error, signal);
    throw error;
  }
}

/** How a run stands after its trainer was stopped or failed. */
async function saveStop(runId: number, error: unknown, signal: AbortSignal): Promise<void> {
  const reason: unknown = signal.aborted ? signal.reason : null;
  // Another worker has the run by now, and says itself how it goes on.
  if (reason === 'lost') return;
  if (reason === 'shutdown') {
    // Its job goes back to the queue.
    await updateRun(getDb(), runId, { state: 'queued' });
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  await saveEnd(runId, signal.aborted ? { state: 'cancelled' } : { state: 'failed', error: message });
}

async function saveEnd(
  runId: number,
  end: { state: 'done' | 'cancelled' } | { state: 'failed'; error: string },
): Promise<void> {
  const endedAt = new Date();
  await storeAgain(`the end of run ${runId}`, () =>
    updateRun(getDb(), runId, { error: null, ...end, endedAt }),
  );
}

async function train({ run, config, datasetKey }: RunDetail, context: TrainJob): Promise<void> {
  const folder = runFolder(run.id);
  await mkdir(folder, { recursive: true });
  const configFile = join(folder, 'start.json');
  await writeFile(configFile, `${JSON.stringify(config, null, 1)}\n`);
  const options = ['--dataset', storage.path(datasetKey), '--run', folder, '--config', configFile];
  // Without a checkpoint `--resume` begins at the first epoch: a retry after a dead worker needs no decision.
  const args = ['-m', 'halyard_train', 'train', ...options, '--resume'];
  await runTrainer(
    { python: await trainerPython(), args, cwd: trainerPackage() },
    { signal: context.signal, onEvent: createRecorder(run.id, context), onLog: (line) => context.log(line) },
  );
}

async function requireRun(id: number): Promise<RunDetail> {
  const found = await findRun(getDb(), id);
  if (!found) throw notFound(`run ${id}`);
  return found;
}

/** Where a run's checkpoint lies: on this machine, until its version is published. */
const runFolder = (id: number): string => storage.path(`runs/${id}`);

/** A run's settings in JSON hold no key that was not given. */
function definedOnly(values: Record<string, number | undefined>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  );
}
