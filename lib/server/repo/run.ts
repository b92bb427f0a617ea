import { type Epoch, epochSchema, PRESETS, type Run, runProgressSchema } from '@/lib/contract/train.ts';
import { z } from '@/lib/contract/zod.ts';
import type { DbOrTx, Prisma } from '../db/connection.ts';

const WITH_NAMES = {
  dataset: { select: { name: true, hash: true, storageKey: true } },
  version: { select: { name: true } },
} satisfies Prisma.TrainingRunInclude;
type RunRow = Prisma.TrainingRunGetPayload<{ include: typeof WITH_NAMES }>;

/** A run as its job needs it: with the trainer's own settings and the dataset's place. */
export interface RunDetail {
  readonly run: Run;
  readonly config: Record<string, unknown>;
  readonly datasetKey: string;
}

export interface NewRun {
  readonly datasetId: number;
  readonly preset: string;
  readonly config: Prisma.InputJsonObject;
  readonly seed: number;
  readonly createdBy: string;
}

export async function insertRun(db: DbOrTx, run: NewRun): Promise<number> {
  return (await db.trainingRun.create({ data: run, select: { id: true } })).id;
}

export async function findRun(db: DbOrTx, id: number): Promise<RunDetail | null> {
  const row = await db.trainingRun.findUnique({ where: { id }, include: WITH_NAMES });
  if (!row) return null;
  const best = (await bestScores(db, [id])).get(id) ?? null;
  return {
    run: toJson(row, best, await jobEnds(db, [row])),
    config: z.record(z.string(), z.unknown()).parse(row.config),
    datasetKey: row.dataset.storageKey,
  };
}

export async function listRunRows(db: DbOrTx): Promise<Run[]> {
  const rows = await db.trainingRun.findMany({ include: WITH_NAMES, orderBy: { id: 'desc' } });
  const best = await bestScores(
    db,
    rows.map(({ id }) => id),
  );
  const ends = await jobEnds(db, rows);
  return rows.map((row) => toJson(row, best.get(row.id) ?? null, ends));
}

type JobEnd = { readonly state: 'failed' | 'cancelled'; readonly error: string | null };

/** Jobs that ended without their run saying so: cancelled in the queue, or given up after their workers died. */
async function jobEnds(db: DbOrTx, rows: readonly RunRow[]): Promise<Map<string, JobEnd>> {
  const going = rows.filter(({ state }) => state === 'queued' || state === 'running');
  const jobs = await db.job.findMany({
    where: {
      id: { in: going.flatMap(({ jobId }) => (jobId === null ? [] : [jobId])) },
      state: { in: ['failed', 'cancelled'] },
    },
    select: { id: true, state: true, error: true },
  });
  return new Map(
    jobs.map(({ id, state, error }) => [id, { state: state === 'failed' ? 'failed' : 'cancelled', error }]),
  );
}

/** The best validation macro-F1 of each run that has one. */
async function bestScores(db: DbOrTx, runIds: number[]): Promise<Map<number, number>> {
  const epochs = await db.runEpoch.findMany({ where: { runId: { in: runIds } } });
  const best = new Map<number, number>();
  for (const { runId, figures } of epochs) {
    const { macroF1 } = epochSchema.parse(figures);
    if (macroF1 !== null) best.set(runId, Math.max(macroF1, best.get(runId) ?? 0));
  }
  return best;
}

export async function listEpochs(db: DbOrTx, runId: number): Promise<Epoch[]> {
  const rows = await db.runEpoch.findMany({ where: { runId }, orderBy: { epoch: 'asc' } });
  return rows.map(({ figures }) => epochSchema.parse(figures));
}

/** An epoch that is trained again after a resume replaces its former line. */
export async function saveEpoch(db: DbOrTx, runId: number, figures: Epoch): Promise<void> {
  const key = { runId_epoch: { runId, epoch: figures.epoch } };
  await db.runEpoch.upsert({
    where: key,
    create: { runId, epoch: figures.epoch, figures },
    update: { figures, receivedAt: new Date() },
  });
}

export async function updateRun(db: DbOrTx, id: number, data: Prisma.TrainingRunUpdateInput): Promise<void> {
  await db.trainingRun.update({ where: { id }, data });
}

function toJson(row: RunRow, bestMacroF1: number | null, ends: ReadonlyMap<string, JobEnd>): Run {
  const end = row.jobId === null ? undefined : ends.get(row.jobId);
  return {
    id: row.id,
    datasetId: row.datasetId,
    datasetName: row.dataset.name,
    datasetHash: row.dataset.hash,
    jobId: row.jobId,
    preset: z.enum(PRESETS).parse(row.preset),
    seed: row.seed,
    state: end?.state ?? row.state,
    progress: row.progress === null ? null : runProgressSchema.parse(row.progress),
    error: row.error ?? end?.error ?? null,
    version: row.version?.name ?? null,
    bestMacroF1,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}
