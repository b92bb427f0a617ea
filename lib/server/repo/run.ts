import { PRESETS, type Preset, presetValue, SETTING_NAMES, settingsSchema } from '@/lib/contract/settings.ts';
import { type Epoch, epochSchema, type Run, runProgressSchema } from '@/lib/contract/train.ts';
import { z } from '@/lib/contract/zod.ts';
import { type DbOrTx, getPool, type Prisma } from '../db/connection.ts';

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
  readonly basedOnId: number | null;
  readonly curveId: number | null;
  readonly roundId: number | null;
  readonly createdBy: string;
}

export async function insertRun(db: DbOrTx, run: NewRun): Promise<number> {
  return (await db.trainingRun.create({ data: run, select: { id: true } })).id;
}

/**
 * Runs with all that is told of them. A job that ended without its run saying so (cancelled in the queue, or given up after
 * its workers died) tells the run's state; those that wait stand in one line, behind those that train.
 */
const SELECT = `
  WITH going AS (
    SELECT r."id", r."state" = 'queued' AS "isQueued", j."createdAt" AS "asked"
      FROM "TrainingRun" r JOIN "Job" j ON j."id" = r."jobId"
     WHERE r."state" IN ('queued', 'running') AND j."state" IN ('queued', 'running')
  ), line AS (
    SELECT "id", "isQueued", row_number() OVER (PARTITION BY "isQueued" ORDER BY "asked", "id")::int AS "place",
           lag("id") OVER (ORDER BY "isQueued", "asked", "id") AS "after"
      FROM going
  )
  SELECT r."id", r."datasetId", d."name" AS "datasetName", d."hash" AS "datasetHash", d."storageKey" AS "datasetKey",
         r."jobId", r."preset", r."seed", r."config", r."basedOnId", r."curveId", r."roundId", r."machine", r."device",
         CASE WHEN j."id" IS NULL THEN r."state"::text ELSE j."state"::text END AS "state",
         r."progress", coalesce(r."error", j."error") AS "error", v."name" AS "version", r."bestMacroF1",
         l."place", l."after",
         coalesce((SELECT u."name" FROM "User" u WHERE u."id" = r."createdBy"), r."createdBy") AS "createdBy",
         (extract(epoch FROM r."createdAt") * 1000)::float8 AS "createdAt",
         (extract(epoch FROM r."startedAt") * 1000)::float8 AS "startedAt",
         (extract(epoch FROM coalesce(r."endedAt", j."endedAt")) * 1000)::float8 AS "endedAt",
         count(*) OVER ()::int AS "total"
    FROM "TrainingRun" r
    JOIN "Dataset" d ON d."id" = r."datasetId"
    LEFT JOIN "ModelVersion" v ON v."runId" = r."id"
    LEFT JOIN "Job" j
      ON j."id" = r."jobId" AND r."state" IN ('queued', 'running') AND j."state" IN ('failed', 'cancelled')
    LEFT JOIN line l ON l."id" = r."id" AND l."isQueued"`;

interface StoredRun {
  readonly id: number;
  readonly datasetId: number;
  readonly datasetName: string;
  readonly datasetHash: string;
  readonly datasetKey: string;
  readonly jobId: string | null;
  readonly preset: string;
  readonly seed: number;
  readonly config: unknown;
  readonly basedOnId: number | null;
  readonly curveId: number | null;
  readonly roundId: number | null;
  readonly machine: string | null;
  readonly device: string | null;
  readonly state: Run['state'];
  readonly progress: unknown;
  readonly error: string | null;
  readonly version: string | null;
  readonly bestMacroF1: number | null;
  readonly place: number | null;
  readonly after: number | null;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly total: number;
}

export async function findRun(id: number): Promise<RunDetail | null> {
  const { rows } = await getPool().query<StoredRun>(`${SELECT} WHERE r."id" = $1`, [id]);
  const [row] = rows;
  return row
    ? { run: toJson(row), config: configSchema.parse(row.config), datasetKey: row.datasetKey }
    : null;
}

/** Those going on first, then newest first, and how many there are in all. One query, whatever the number of epochs. */
export async function listRunRows(limit: number): Promise<{ runs: Run[]; total: number }> {
  const { rows } = await getPool().query<StoredRun>(
    `${SELECT} ORDER BY r."state" IN ('queued', 'running') AND j."id" IS NULL DESC, r."id" DESC LIMIT $1`,
    [limit],
  );
  return { runs: rows.map(toJson), total: rows[0]?.total ?? 0 };
}

/** The runs of learning curves, in the order in which they were asked for. */
export async function listRunsOfCurves(curveIds: readonly number[]): Promise<Run[]> {
  const { rows } = await getPool().query<StoredRun>(`${SELECT} WHERE r."curveId" = ANY($1) ORDER BY r."id"`, [
    curveIds,
  ]);
  return rows.map(toJson);
}

/** What a learning curve's run measured; null for other runs, and before it has. */
export async function findMeasured(db: DbOrTx, runId: number): Promise<unknown> {
  return (
    (await db.trainingRun.findUnique({ where: { id: runId }, select: { measured: true } }))?.measured ?? null
  );
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
  await db.$executeRaw`
    UPDATE "TrainingRun" SET "bestMacroF1" =
      (SELECT max(("figures"->>'macroF1')::float8) FROM "RunEpoch" WHERE "runId" = ${runId})
    WHERE "id" = ${runId}`;
}

export async function updateRun(
  db: DbOrTx,
  id: number,
  data: Prisma.TrainingRunUncheckedUpdateInput,
): Promise<void> {
  await db.trainingRun.update({ where: { id }, data });
}

const configSchema = z.record(z.string(), z.unknown());

/** Settings as a run's config holds them; what it does not name is its preset's. */
function settingsOf(preset: Preset, config: unknown): Run['settings'] {
  const held = configSchema.parse(config);
  return settingsSchema.parse(
    Object.fromEntries(SETTING_NAMES.map((name) => [name, held[name] ?? presetValue(preset, name)])),
  );
}

const moment = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

function toJson(row: StoredRun): Run {
  const preset = z.enum(PRESETS).parse(row.preset);
  return {
    id: row.id,
    datasetId: row.datasetId,
    datasetName: row.datasetName,
    datasetHash: row.datasetHash,
    jobId: row.jobId,
    preset,
    seed: row.seed,
    settings: settingsOf(preset, row.config),
    basedOnId: row.basedOnId,
    curveId: row.curveId,
    roundId: row.roundId,
    state: row.state,
    waits: row.place === null ? null : { place: row.place, after: row.after },
    machine: row.machine,
    device: row.device,
    progress: row.progress === null ? null : runProgressSchema.parse(row.progress),
    error: row.error,
    version: row.version,
    bestMacroF1: row.bestMacroF1,
    createdBy: row.createdBy,
    createdAt: new Date(row.createdAt).toISOString(),
    startedAt: moment(row.startedAt),
    endedAt: moment(row.endedAt),
  };
}
