import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '@/lib/contract/dataset.ts';
import type { JobPayload } from '@/lib/contract/job-payload.ts';
import { type GivenSettings, type Preset, resolveSettings } from '@/lib/contract/settings.ts';
import { type Epoch, type newRunSchema, RUNS_LISTED, type Run } from '@/lib/contract/train.ts';
import type { z } from '@/lib/contract/zod.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { type DbOrTx, getDb } from '../db/connection.ts';
import { storeAgain } from '../db/store-again.ts';
import { notFound, Refusal } from '../error.ts';
import { withJobs } from '../jobs/enqueue.ts';
import type { JobContext, JobRequest } from '../jobs/job.ts';
import { findVersionOfRun } from '../repo/model.ts';
import { findRun, insertRun, listEpochs, listRunRows, type RunDetail, updateRun } from '../repo/run.ts';
import { storage } from '../storage.ts';
import { readCurveFigures } from '../training/measured.ts';
import { publishVersion } from '../training/publish-version.ts';
import { createRecorder } from '../training/record-events.ts';
import { type TrainingSlot, withTrainingSlot } from '../training/slot.ts';
import { runTrainer } from '../training/trainer-process.ts';
import { trainerPackage, trainerPython } from '../training/trainer-python.ts';
import { getDataset } from './dataset.ts';
import { cancelJob } from './job.ts';

/** Those going on first, then newest first, RUNS_LISTED at most; `total` says how many there are. */
export async function listRuns(actor: Actor): Promise<{ runs: Run[]; total: number }> {
  requireRole(actor, 'admin');
  return listRunRows(RUNS_LISTED);
}

export async function getRun(actor: Actor, { id }: { id: number }): Promise<{ run: Run; epochs: Epoch[] }> {
  requireRole(actor, 'admin');
  const { run } = await requireRun(id);
  return { run, epochs: await listEpochs(getDb(), id) };
}

/**
 * Trains on a dataset, as a job.
 * @throws Refusal `unavailable` while the trainer's environment is not ready; as {@link addRun}
 */
export async function startRun(
  actor: Actor,
  input: z.output<typeof newRunSchema>,
): Promise<{ runId: number; jobId: string }> {
  requireRole(actor, 'admin');
  const { basedOnId = null } = input;
  const dataset = await getDataset(actor, { id: input.datasetId });
  if (basedOnId !== null) await requireRun(basedOnId);
  await trainerPython();
  return withJobs(actor, (tx, enqueue) => addRun(tx, enqueue, { ...input, dataset, basedOnId, by: actor }));
}

interface AddedRun {
  readonly dataset: Pick<Dataset, 'id' | 'name' | 'summary'>;
  readonly preset: Preset;
  readonly seed: number;
  readonly settings: GivenSettings;
  readonly basedOnId?: number | null;
  readonly curveId?: number;
  readonly roundId?: number;
  readonly by: Actor;
}

/**
 * Adds a run and asks for its job, as part of a transaction.
 * @throws Refusal `conflict` where the dataset holds no inputs of the run's feature schema
 */
export async function addRun(
  tx: DbOrTx,
  enqueue: (request: JobRequest) => Promise<string>,
  { dataset, preset, seed, settings, basedOnId = null, curveId, roundId, by }: AddedRun,
): Promise<{ runId: number; jobId: string }> {
  // All settings, so that a run stays what it was when a preset changes.
  const config = { preset, seed, ...resolveSettings(preset, settings) };
  requireSchema(dataset, Number(config.feature_schema));
  const own = {
    datasetId: dataset.id,
    preset,
    seed,
    config,
    basedOnId,
    curveId: curveId ?? null,
    roundId: roundId ?? null,
  };
  const runId = await insertRun(tx, { ...own, createdBy: by.id });
  const jobId = await enqueue(trainingOf(runId, dataset.name, false));
  await updateRun(tx, runId, { jobId });
  return { runId, jobId };
}

/** Before the run waits its turn and fails on it. */
function requireSchema({ name, summary: { featureSchemas } }: AddedRun['dataset'], schema: number): void {
  if (featureSchemas.includes(schema)) return;
  throw new Refusal(
    'conflict',
    `Dataset “${name}” holds the inputs of feature schema ${featureSchemas.join(', ')}, not of ${schema}: it was built before there was one. Build it again from the same policy.`,
  );
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
 * Runs the trainer of one run to its end and registers the version it made; of a learning curve's run only what it measured
 * is kept. A run whose worker died goes on from its checkpoint; one that ended already only answers its version.
 * @returns the version's name; null for a learning curve's run
 */
export async function runTraining(context: TrainJob): Promise<{ version: string | null }> {
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
  if (detail.run.curveId !== null && detail.run.state === 'done') return { version: null };
  await updateRun(db, payload.runId, { jobId: context.jobId, error: null });
  try {
    await withTrainingSlot(
      {
        ticket: context.jobId,
        signal,
        onBusy: () => context.progress(null, 'waits: this machine is training another run'),
      },
      async (slot) => {
        await updateRun(db, payload.runId, {
          state: 'running',
          machine: slot.machine,
          startedAt: new Date(),
        });
        await train(detail, slot, context);
      },
    );
    const version = await keepResult(detail.run, context);
    await saveEnd(payload.runId, { state: 'done' });
    return { version };
  } catch (error) {
    await saveStop(payload.runId, error, signal);
    throw error;
  }
}

/** @returns the version that was made, if one was */
async function keepResult({ id, curveId }: Run, { log }: TrainJob): Promise<string | null> {
  if (curveId !== null) {
    const measured = await readCurveFigures(runFolder(id));
    await storeAgain(`what run ${id} measured`, () => updateRun(getDb(), id, { measured }));
    log(`measured for learning curve ${curveId}; no version is made of it`);
    return null;
  }
  const version = await publishVersion(id, runFolder(id));
  log(`registered as ${version}`);
  return version;
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

async function train(
  { run, config, datasetKey }: RunDetail,
  { env }: TrainingSlot,
  context: TrainJob,
): Promise<void> {
  const folder = runFolder(run.id);
  await mkdir(folder, { recursive: true });
  const configFile = join(folder, 'start.json');
  await writeFile(configFile, `${JSON.stringify(config, null, 1)}\n`);
  const options = ['--dataset', storage.path(datasetKey), '--run', folder, '--config', configFile];
  // Without a checkpoint `--resume` begins at the first epoch: a retry after a dead worker needs no decision.
  const args = ['-m', 'halyard_train', 'train', ...options, '--resume'];
  await runTrainer(
    { python: await trainerPython(), args, cwd: trainerPackage(), env },
    { signal: context.signal, onEvent: createRecorder(run.id, context), onLog: (line) => context.log(line) },
  );
}

async function requireRun(id: number): Promise<RunDetail> {
  const found = await findRun(id);
  if (!found) throw notFound(`run ${id}`);
  return found;
}

/** Where a run's checkpoint lies: on this machine, until its version is published. */
const runFolder = (id: number): string => storage.path(`runs/${id}`);
