import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';
import { classIdSchema } from '@/lib/contract/common.ts';
import {
  type RoundReport,
  type RoundState,
  type RoundStep,
  roundReportSchema,
  type SelfTrainingSettings,
  selfTrainingSettingsSchema,
} from '@/lib/contract/self-training.ts';
import type { PseudoLabel } from '../dataset/candidate.ts';
import { type DbOrTx, getPool, type Prisma } from '../db/connection.ts';
import { inTransaction } from '../db/transaction.ts';

/** A round with what it belongs to. */
export interface RoundRow {
  readonly id: number;
  readonly number: number;
  readonly state: RoundState;
  readonly step: RoundStep;
  readonly jobId: string | null;
  readonly report: RoundReport;
  readonly auditQueueId: number | null;
  readonly datasetId: number | null;
  readonly reason: string | null;
  /** An id of a person, or what a program is called. */
  readonly decidedBy: string | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
  readonly revertedAt: Date | null;
  readonly teacher: { readonly id: number; readonly name: string };
  /** Student first, where they have been asked for. */
  readonly runs: readonly RoundRun[];
  readonly selfTraining: SelfTrainingRow;
}

interface RoundRun {
  readonly id: number;
  readonly jobId: string | null;
  readonly state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly error: string | null;
  /** Whether it learns from the pseudo-labels too. */
  readonly isStudent: boolean;
  readonly version: { readonly id: number; readonly name: string } | null;
}

export interface SelfTrainingRow {
  readonly id: number;
  readonly datasetId: number;
  readonly datasetName: string;
  readonly settings: SelfTrainingSettings;
  readonly createdBy: string;
  readonly createdAt: Date;
}

const OF_ROUND = {
  teacher: { select: { id: true, name: true } },
  runs: {
    select: {
      id: true,
      jobId: true,
      state: true,
      error: true,
      config: true,
      version: { select: { id: true, name: true } },
    },
    orderBy: { id: 'asc' },
  },
  selfTraining: { include: { dataset: { select: { name: true } } } },
} satisfies Prisma.RoundInclude;
type StoredRound = Prisma.RoundGetPayload<{ include: typeof OF_ROUND }>;

function toRound({ runs, selfTraining, report, ...row }: StoredRound): RoundRow {
  return {
    ...row,
    report: roundReportSchema.parse(report),
    runs: runs
      .map(({ config, ...run }) => ({ ...run, isStudent: learnsFromPseudo(config) }))
      .sort((a, b) => Number(b.isStudent) - Number(a.isStudent)),
    selfTraining: toSelfTraining(selfTraining),
  };
}

const learnsFromPseudo = (config: unknown): boolean =>
  (config as { pseudo_labels?: number }).pseudo_labels !== 0;

function toSelfTraining({ dataset, settings, ...row }: StoredRound['selfTraining']): SelfTrainingRow {
  return { ...row, datasetName: dataset.name, settings: selfTrainingSettingsSchema.parse(settings) };
}

export async function insertSelfTraining(
  db: DbOrTx,
  given: { datasetId: number; settings: SelfTrainingSettings; createdBy: string },
): Promise<number> {
  return (await db.selfTraining.create({ data: given, select: { id: true } })).id;
}

export async function insertRound(
  db: DbOrTx,
  round: { selfTrainingId: number; number: number; teacherId: number },
): Promise<number> {
  return (await db.round.create({ data: round, select: { id: true } })).id;
}

export async function findRound(db: DbOrTx, id: number): Promise<RoundRow | null> {
  const row = await db.round.findUnique({ where: { id }, include: OF_ROUND });
  return row && toRound(row);
}

/** The round that a run trains the student or the control of; null for other runs. */
export async function findRoundOfRun(db: DbOrTx, runId: number): Promise<RoundRow | null> {
  const row = await db.round.findFirst({ where: { runs: { some: { id: runId } } }, include: OF_ROUND });
  return row && toRound(row);
}

/** Rounds of self-trainings, each with the first one first; the newest self-training first. */
export async function listRounds(
  db: DbOrTx,
  { id, limit }: { id?: number; limit: number },
): Promise<RoundRow[]> {
  const of = await db.selfTraining.findMany({
    where: id === undefined ? {} : { id },
    select: { id: true },
    orderBy: { id: 'desc' },
    take: limit,
  });
  const rows = await db.round.findMany({
    where: { selfTrainingId: { in: of.map((one) => one.id) } },
    include: OF_ROUND,
    orderBy: [{ selfTrainingId: 'desc' }, { number: 'asc' }],
  });
  return rows.map(toRound);
}

/** A round that goes on, of any self-training. */
export async function findRoundGoingOn(db: DbOrTx, datasetId: number): Promise<{ id: number } | null> {
  return db.round.findFirst({
    where: { state: { in: ['running', 'auditing'] }, selfTraining: { datasetId } },
    select: { id: true },
  });
}

type RoundChange = Omit<Prisma.RoundUncheckedUpdateManyInput, 'report' | 'id'>;

/**
 * Changes a round that is in one of these states.
 * @returns whether it was: somebody may have decided otherwise meanwhile
 */
export async function changeRound(
  db: DbOrTx,
  id: number,
  from: readonly RoundState[],
  change: RoundChange,
): Promise<boolean> {
  const { count } = await db.round.updateMany({ where: { id, state: { in: [...from] } }, data: change });
  return count > 0;
}

/** Keeps what a step found beside what others did. */
export async function addToReport(db: DbOrTx, id: number, found: RoundReport): Promise<void> {
  await db.$executeRaw`UPDATE "Round" SET "report" = "report" || ${JSON.stringify(found)}::jsonb WHERE "id" = ${id}`;
}

export interface NewPseudoLabel {
  readonly windowId: string;
  readonly label: ClassId;
  readonly confidence: number;
  readonly audited: boolean;
}

/** The pseudo-labels of a round, instead of those that it had. */
export async function replacePseudoLabels(roundId: number, labels: readonly NewPseudoLabel[]): Promise<void> {
  await inTransaction(async (client) => {
    await client.query('DELETE FROM "PseudoLabel" WHERE "roundId" = $1', [roundId]);
    const lines = labels.map(
      ({ windowId, label, confidence, audited }) =>
        `${roundId}\t${windowId}\t${label}\t${confidence}\t${audited}\n`,
    );
    await pipeline(
      Readable.from(lines),
      client.query(
        copyFrom('COPY "PseudoLabel" ("roundId", "windowId", "label", "confidence", "audited") FROM STDIN'),
      ),
    );
  });
}

/** What a round's teacher took windows for, by window id. */
export async function readPseudoLabels(roundId: number): Promise<Map<string, PseudoLabel>> {
  const { rows } = await getPool().query<{ windowId: string; label: string; teacher: string }>(
    `SELECT l."windowId", l."label", v."name" AS "teacher"
       FROM "PseudoLabel" l JOIN "Round" r ON r."id" = l."roundId" JOIN "ModelVersion" v ON v."id" = r."teacherId"
      WHERE l."roundId" = $1`,
    [roundId],
  );
  return new Map(
    rows.map(({ windowId, label, teacher }) => [
      windowId,
      { label: classIdSchema.parse(label), teacher, round: roundId },
    ]),
  );
}

export interface AuditTally {
  readonly asked: number;
  readonly judged: number;
  readonly right: number;
}

/** How the pseudo-labels that people were asked about fare against the labels of record, by round and class. */
export async function countAudits(
  roundIds: readonly number[],
): Promise<Map<number, Partial<Record<ClassId, AuditTally>>>> {
  const { rows } = await getPool().query<AuditTally & { roundId: number; label: ClassId }>(
    `SELECT l."roundId", l."label", count(*)::int AS "asked", count(c."label")::int AS "judged",
            (count(*) FILTER (WHERE c."label" = l."label"))::int AS "right"
       FROM "PseudoLabel" l
       LEFT JOIN "CurrentRecord" c ON c."windowId" = l."windowId" AND NOT c."sawFuture"
      WHERE l."roundId" = ANY($1) AND l."audited" GROUP BY 1, 2`,
    [roundIds],
  );
  const found = new Map<number, Partial<Record<ClassId, AuditTally>>>();
  for (const { roundId, label, ...tally } of rows) {
    if (!CLASS_IDS.includes(label))
      throw new Error(`pseudo-label "${label}" of round ${roundId} is in no class map`);
    const of = found.get(roundId) ?? {};
    found.set(roundId, { ...of, [label]: tally });
  }
  return found;
}
