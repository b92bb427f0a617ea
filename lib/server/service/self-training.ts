import {
  type NewSelfTraining,
  ROUND_STATES,
  type Round,
  type RoundState,
  SELF_TRAININGS_LISTED,
  type SelfTraining,
} from '@/lib/contract/self-training.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { getDb } from '../db/connection.ts';
import { notFound, Refusal } from '../error.ts';
import { withJobs } from '../jobs/enqueue.ts';
import { namesOf } from '../repo/actor-name.ts';
import { currentAliases, findAliased, listChampionMoves } from '../repo/alias.ts';
import { writeAudit } from '../repo/audit.ts';
import { changeQueue } from '../repo/queue.ts';
import {
  addToReport,
  changeRound,
  countAudits,
  findRoundGoingOn,
  insertRound,
  insertSelfTraining,
  listRounds,
  type RoundRow,
} from '../repo/round.ts';
import { type Audit, auditOfAll, auditRefusal } from '../self-training/verdict.ts';
import { requireCompatible } from '../serving/compatible.ts';
import { trainerPython } from '../training/trainer-python.ts';
import { archiveVersion, rollBack, withdrawAlias } from './alias.ts';
import { getDataset } from './dataset.ts';
import { cancelJob } from './job.ts';
import { requireVersion } from './model.ts';
import { enqueueRound, requireRound } from './round.ts';
import { cancelRun, resumeRun } from './train.ts';

/** Self-trainings with their rounds, newest first. */
export async function listSelfTrainings(actor: Actor): Promise<{ selfTrainings: SelfTraining[] }> {
  requireRole(actor, 'admin');
  return { selfTrainings: await told(await listRounds(getDb(), { limit: SELF_TRAININGS_LISTED })) };
}

/** @throws Refusal `not_found` */
export async function getSelfTraining(actor: Actor, { id }: { id: number }): Promise<SelfTraining> {
  requireRole(actor, 'admin');
  const [found] = await told(await listRounds(getDb(), { id, limit: 1 }));
  if (!found) throw notFound(`self-training ${id}`);
  return found;
}

/**
 * Begins rounds of self-training; the first begins at once, as a job.
 * @throws Refusal `conflict` where the dataset has nothing to measure a student on, there is no teacher, or another round
 *   from that dataset goes on; `unavailable` while the trainer's environment is not ready
 */
export async function startSelfTraining(
  actor: Actor,
  { datasetId, teacher, settings }: NewSelfTraining,
): Promise<{ id: number; roundId: number; jobId: string }> {
  requireRole(actor, 'admin');
  const dataset = await getDataset(actor, { id: datasetId });
  const { validation } = dataset.summary.bySplit;
  if (Object.values(validation ?? {}).every((rows) => rows === 0))
    throw new Refusal(
      'conflict',
      `Dataset “${dataset.name}” has no validation rows: nothing would tell a student from its teacher. Build one with more dates.`,
    );
  if (dataset.policy.pseudoRound !== null)
    throw new Refusal(
      'conflict',
      `Dataset “${dataset.name}” holds pseudo-labels already: begin from one of labels alone.`,
    );
  const first =
    teacher === undefined ? await findAliased(getDb(), 'champion') : await requireVersion(teacher);
  if (!first)
    throw new Refusal('conflict', 'There is no champion to be the teacher: promote a version, or name one.');
  requireCompatible(first);
  if (first.archivedAt)
    throw new Refusal('conflict', `${first.name} is archived: restore it before it teaches.`);
  const goingOn = await findRoundGoingOn(getDb(), datasetId);
  if (goingOn)
    throw new Refusal('conflict', `A round from “${dataset.name}” goes on: let it end, or cancel it first.`);
  await trainerPython();
  return withJobs(actor, async (tx, enqueue) => {
    const id = await insertSelfTraining(tx, { datasetId, settings, createdBy: actor.id });
    const roundId = await insertRound(tx, { selfTrainingId: id, number: 1, teacherId: first.id });
    await writeAudit(tx, actor, 'self-training.start', `self-training ${id}`, {
      datasetId,
      teacher: first.name,
    });
    const jobId = await enqueueRound(tx, enqueue, { id: roundId, number: 1, selfTrainingId: id });
    return { id, roundId, jobId };
  });
}

/**
 * Goes on with a round where it stopped: after its audit, as far as people have come with it, or after it failed or was
 * cancelled. An audit that found a class surely below the floor ends the round instead.
 */
export async function continueRound(actor: Actor, { id }: { id: number }): Promise<{ ok: true }> {
  requireRole(actor, 'admin');
  const round = await requireRound(id);
  requireState(round, ['auditing', 'failed', 'cancelled'], 'go on with');
  await trainerPython();
  if (round.step === 'audit') return afterAudit(actor, round);
  const stopped = round.runs.filter(({ state }) => state === 'failed' || state === 'cancelled');
  await withJobs(actor, async (tx, enqueue) => {
    await reopen(round, tx);
    if (round.step !== 'train' || stopped.length === 0)
      await enqueueRound(tx, enqueue, { id, number: round.number, selfTrainingId: round.selfTraining.id });
  });
  if (round.step === 'train') for (const run of stopped) await resumeRun(actor, { id: run.id });
  return { ok: true };
}

async function reopen(
  round: RoundRow,
  db: Parameters<typeof changeRound>[0],
  step = round.step,
): Promise<void> {
  const change = { state: 'running', step, reason: null, decidedBy: null, endedAt: null } as const;
  if (!(await changeRound(db, round.id, [round.state], change)))
    throw new Refusal('conflict', `Round ${round.number} has changed meanwhile: look again.`);
}

async function afterAudit(actor: Actor, round: RoundRow): Promise<{ ok: true }> {
  const { settings, id: selfTrainingId } = round.selfTraining;
  const audit = await auditNow(round);
  await addToReport(getDb(), round.id, { audit });
  const refusal = auditRefusal(audit, settings.precisionFloor);
  if (refusal !== null) {
    await end(actor, round, { state: 'rejected', reason: refusal, decidedBy: null });
    return { ok: true };
  }
  await withJobs(actor, async (tx, enqueue) => {
    await reopen(round, tx, 'dataset');
    await archiveAudit(round, tx);
    await enqueueRound(tx, enqueue, { id: round.id, number: round.number, selfTrainingId });
  });
  return { ok: true };
}

async function auditNow(round: RoundRow): Promise<Audit> {
  const tallies = await countAudits([round.id]);
  return auditOfAll(tallies.get(round.id), round.selfTraining.settings.precisionFloor);
}

/** What nobody has answered by now is asked of nobody any more. */
async function archiveAudit(
  { auditQueueId }: RoundRow,
  db: Parameters<typeof changeQueue>[0],
): Promise<void> {
  if (auditQueueId !== null) await changeQueue(db, auditQueueId, { archivedAt: new Date(), paused: true });
}

/** Stops a round and what is being done for it; it can go on where it stopped. */
export async function cancelRound(actor: Actor, { id }: { id: number }): Promise<{ ok: true }> {
  requireRole(actor, 'admin');
  const round = await requireRound(id);
  requireState(round, ['running', 'auditing'], 'cancel');
  await end(actor, round, { state: 'cancelled', reason: null, decidedBy: actor.id });
  await stopWork(actor, round);
  return { ok: true };
}

/** Ends a round for good: its pseudo-labels count for nothing. @throws Refusal `conflict` for one that is over */
export async function rejectRound(
  actor: Actor,
  { id, reason }: { id: number; reason: string },
): Promise<{ ok: true }> {
  requireRole(actor, 'admin');
  const round = await requireRound(id);
  requireState(round, ['running', 'auditing', 'failed', 'cancelled'], 'reject');
  await end(actor, round, { state: 'rejected', reason, decidedBy: actor.id });
  await stopWork(actor, round);
  return { ok: true };
}

async function end(
  actor: Actor,
  round: RoundRow,
  as: { state: 'cancelled' | 'rejected'; reason: string | null; decidedBy: string | null },
): Promise<void> {
  await getDb().$transaction(async (tx) => {
    if (!(await changeRound(tx, round.id, [round.state], { ...as, endedAt: new Date() })))
      throw new Refusal('conflict', `Round ${round.number} has changed meanwhile: look again.`);
    if (as.state === 'rejected') await archiveAudit(round, tx);
    await writeAudit(tx, actor, `round.${as.state}`, `round ${round.id}`, { reason: as.reason });
  });
}

/** Its job and its runs, where they are not over already. */
async function stopWork(actor: Actor, { jobId, state, runs }: RoundRow): Promise<void> {
  for (const run of runs)
    if (run.state === 'queued' || run.state === 'running') await unlessOver(cancelRun(actor, { id: run.id }));
  if (jobId !== null && state === 'running') await unlessOver(cancelJob(actor, { id: jobId }));
}

async function unlessOver(stopping: Promise<unknown>): Promise<void> {
  try {
    await stopping;
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'conflict')) throw error;
  }
}

/**
 * Takes back an accepted round and those that its student taught: their pseudo-labels count for nothing, their students
 * are archived, and an alias that points at one goes back to the last champion before them, or is withdrawn.
 * @throws Refusal `conflict` where it is not accepted, a round after it goes on, or no former champion is left
 */
export async function revertRound(
  actor: Actor,
  { id, reason }: { id: number; reason: string },
): Promise<{ rounds: number[]; champion: string | null }> {
  requireRole(actor, 'admin');
  const round = await requireRound(id);
  requireState(round, ['accepted'], 'revert');
  const all = await listRounds(getDb(), { id: round.selfTraining.id, limit: 1 });
  const after = all.filter(({ number }) => number >= round.number);
  const goingOn = after.find(({ state }) => state === 'running' || state === 'auditing');
  if (goingOn)
    throw new Refusal(
      'conflict',
      `Round ${goingOn.number}, which its student teaches, goes on: cancel it before round ${round.number} is taken back.`,
    );
  const accepted = after.filter(({ state }) => state === 'accepted');
  const students = new Map(accepted.flatMap(({ runs }) => studentOf(runs)));
  const champion = await takeAliases(actor, students, `Round ${round.number} is taken back: ${reason}`);
  const revertedAt = new Date();
  await getDb().$transaction(async (tx) => {
    for (const one of accepted) {
      await changeRound(tx, one.id, ['accepted'], {
        state: 'reverted',
        reason,
        decidedBy: actor.id,
        revertedAt,
      });
      await writeAudit(tx, actor, 'round.reverted', `round ${one.id}`, { reason });
    }
  });
  for (const name of students.values()) await archiveVersion(actor, { name });
  return { rounds: accepted.map(({ number }) => number), champion };
}

const studentOf = (runs: RoundRow['runs']): [number, string][] =>
  runs.flatMap(({ isStudent, version }) => (isStudent && version ? [[version.id, version.name]] : []));

/** @returns the champion now, where it had been one of them */
async function takeAliases(
  actor: Actor,
  students: ReadonlyMap<number, string>,
  reason: string,
): Promise<string | null> {
  let champion: string | null = null;
  for (const [alias, versionId] of await currentAliases(getDb())) {
    if (!students.has(versionId)) continue;
    if (alias !== 'champion') await withdrawAlias(actor, { alias, reason });
    else {
      const former = (await listChampionMoves(getDb())).findLast(
        ({ version }) => !students.has(version.id) && version.archivedAt === null,
      );
      if (!former)
        throw new Refusal(
          'conflict',
          `${students.get(versionId)} is champion and no champion was before it: promote another version first.`,
        );
      champion = (await rollBack(actor, { to: former.version.name, reason })).version;
    }
  }
  return champion;
}

function requireState({ number, state }: RoundRow, allowed: readonly RoundState[], act: string): void {
  if (allowed.includes(state)) return;
  const words = ROUND_STATES.filter((one) => allowed.includes(one)).join(' or ');
  throw new Refusal('conflict', `Round ${number} is ${state}; one can only ${act} a round that is ${words}.`);
}

async function told(rows: readonly RoundRow[]): Promise<SelfTraining[]> {
  const audits = await countAudits(rows.map(({ id }) => id));
  const names = await namesOf(
    getDb(),
    rows.flatMap(({ decidedBy, selfTraining }) => [
      selfTraining.createdBy,
      ...(decidedBy ? [decidedBy] : []),
    ]),
  );
  const all = new Map<number, SelfTraining>();
  for (const row of rows) {
    const { id, createdBy, createdAt, ...of } = row.selfTraining;
    const own = all.get(id) ?? {
      ...{ id, ...of, rounds: [] },
      createdBy: names(createdBy),
      createdAt: createdAt.toISOString(),
    };
    const tallies = audits.get(row.id);
    const audit = tallies ? auditOfAll(tallies, of.settings.precisionFloor) : null;
    all.set(id, { ...own, rounds: [...own.rounds, describeRound(row, audit, names)] });
  }
  return [...all.values()];
}

function describeRound(row: RoundRow, audit: Audit | null, names: (actor: string) => string): Round {
  const { id, number, state, step, jobId, report, auditQueueId, datasetId, reason, decidedBy } = row;
  const runOf = (isStudent: boolean) => {
    const run = row.runs.find((one) => one.isStudent === isStudent);
    return run
      ? { id: run.id, jobId: run.jobId, state: run.state, version: run.version?.name ?? null }
      : null;
  };
  return {
    ...{ id, number, state, step, jobId, report, auditQueueId, audit, datasetId, reason },
    teacher: row.teacher.name,
    student: runOf(true),
    control: runOf(false),
    decidedBy: decidedBy && names(decidedBy),
    createdAt: row.createdAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    revertedAt: row.revertedAt?.toISOString() ?? null,
  };
}
