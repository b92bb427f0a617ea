import { CLASS_FACTS, CLASS_IDS, classIndex } from '@/lib/contract/classes.ts';
import type { DatasetPolicy } from '@/lib/contract/dataset.ts';
import type { JobPayload } from '@/lib/contract/job-payload.ts';
import { newQueueSchema } from '@/lib/contract/queue.ts';
import type { RoundComparison, RoundReport, RoundStep } from '@/lib/contract/self-training.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { type DbOrTx, getDb } from '../db/connection.ts';
import { notFound, Refusal } from '../error.ts';
import { datasetSet, type EvaluationSet, goldSet } from '../gate/evaluation-set.ts';
import { readLabelRows } from '../gate/label-rows.ts';
import { datasetOf, type MeasuredSet, measureSet } from '../gate/measure-set.ts';
import { knownTo } from '../gate/trained-on.ts';
import { withJobs } from '../jobs/enqueue.ts';
import type { JobContext, JobRequest } from '../jobs/job.ts';
import { findAliased } from '../repo/alias.ts';
import type { VersionRow } from '../repo/model.ts';
import { readPredictions } from '../repo/prediction.ts';
import {
  addToReport,
  changeRound,
  findRound,
  findRoundOfRun,
  insertRound,
  type RoundRow,
  replacePseudoLabels,
} from '../repo/round.ts';
import { chooseLabels } from '../self-training/choose.ts';
import { decide } from '../self-training/verdict.ts';
import { archiveVersion, promote } from './alias.ts';
import { chooseRows } from './choose-rows.ts';
import { getDataset, runDatasetBuild } from './dataset.ts';
import { storedPool } from './dataset-pool.ts';
import { makeOrder } from './make-order.ts';
import { addQueue } from './manage-queue.ts';
import { requireVersion } from './model.ts';
import { predictMissing } from './predict.ts';
import { addRun } from './train.ts';

type RoundJob = JobContext<JobPayload<'round'>>;

/** The job that takes a round from where it is to where it must wait, or to its end. */
export const roundRequest = ({
  id,
  number,
  selfTrainingId,
}: {
  id: number;
  number: number;
  selfTrainingId: number;
}): JobRequest => ({
  kind: 'round',
  title: `Round ${number} of self-training ${selfTrainingId}`,
  payload: { roundId: id },
  serialKey: `round:${id}`,
});

/** Asks for a round's job, in a transaction that has made it run. */
export async function enqueueRound(
  tx: DbOrTx,
  enqueue: (request: JobRequest) => Promise<string>,
  round: { id: number; number: number; selfTrainingId: number },
): Promise<string> {
  const jobId = await enqueue(roundRequest(round));
  await changeRound(tx, round.id, ['running'], { jobId });
  return jobId;
}

/**
 * Advances a round, step by step, each of which may be done again: until people have to answer its audit, until its
 * student and control have to be trained, or to its end. What a step made stays after a stop.
 */
export async function runRound(context: RoundJob): Promise<{ state: string; step: string }> {
  const { actor, payload, signal, log } = context;
  requireRole(actor, 'admin');
  try {
    for (;;) {
      signal.throwIfAborted();
      const round = await requireRound(payload.roundId);
      const { state, step } = round;
      if (state !== 'running') return { state, step };
      const next = await STEPS[step](round, context);
      if (next === 'waits' || next === 'ends') return { state: (await requireRound(round.id)).state, step };
      log(`${step} done`);
      await changeRound(getDb(), round.id, ['running'], { step: next });
    }
  } catch (error) {
    await saveStop(payload.roundId, error, signal);
    throw error;
  }
}

async function saveStop(id: number, error: unknown, signal: AbortSignal): Promise<void> {
  const reason: unknown = signal.aborted ? signal.reason : null;
  // Another worker has it, or its job goes back to the queue.
  if (reason === 'lost' || reason === 'shutdown') return;
  const message = error instanceof Error ? error.message : String(error);
  await changeRound(getDb(), id, ['running'], {
    ...(signal.aborted ? { state: 'cancelled', reason: null } : { state: 'failed', reason: message }),
    endedAt: new Date(),
  });
}

type Next = RoundStep | 'waits' | 'ends';

const STEPS: Readonly<Record<RoundStep, (round: RoundRow, context: RoundJob) => Promise<Next>>> = {
  predict,
  select,
  audit,
  dataset: buildDataset,
  train,
  compare,
};

/** The windows that nobody has labelled, in the training dates of the seed. */
async function poolOf({ selfTraining }: RoundRow, { actor, signal }: RoundJob) {
  const policy = await seedPolicy(actor, selfTraining.datasetId);
  const { labelled, series } = await chooseRows(actor, policy, storedPool, signal);
  return { pool: labelled.unlabelled, series: new Map(series.map((one) => [one.id, one])), policy };
}

/** The seed's policy with its own cut dates: every round is measured on the same days. */
async function seedPolicy(actor: Actor, datasetId: number): Promise<DatasetPolicy> {
  const { policy, summary } = await getDataset(actor, { id: datasetId });
  const { validationFrom, testFrom } = summary.cutDates;
  return { ...policy, cut: { validationFrom, testFrom } };
}

async function predict(round: RoundRow, context: RoundJob): Promise<Next> {
  const { signal, progress } = context;
  progress(0, 'reading the pool');
  const { pool } = await poolOf(round, context);
  if (pool.length === 0)
    throw new Refusal(
      'conflict',
      'Every window of the training dates has a label of record: nothing is left to label.',
    );
  const teacher = await requireVersion(round.teacher.name);
  await predictMissing(
    teacher,
    pool.map(({ windowId }) => windowId),
    signal,
    (done, missing) => progress(done / missing, `${teacher.name}: ${done} of ${missing} windows predicted`),
  );
  return 'select';
}

async function select(round: RoundRow, context: RoundJob): Promise<Next> {
  const { actor, log } = context;
  const { settings } = round.selfTraining;
  context.progress(null, 'choosing pseudo-labels');
  const { pool, series, policy } = await poolOf(round, context);
  const { probabilities } = await readPredictions(
    round.teacher.id,
    pool.map(({ windowId }) => windowId),
  );
  const { labels, selection } = chooseLabels(pool, series, probabilities, settings);
  await replacePseudoLabels(round.id, labels);
  await addToReport(getDb(), round.id, { selection });
  for (const id of CLASS_IDS)
    log(
      `${CLASS_FACTS[id].name}: ${selection.perClass[id].taken} of ${selection.perClass[id].sure} sure windows`,
    );
  if (labels.length === 0) return end(round, { accepted: false, reason: NOTHING_SURE });
  const asked = labels.filter(({ audited }) => audited);
  if (asked.length === 0) return 'dataset';
  await askPeople(actor, round, policy.ruleSetNumber, asked);
  return 'audit';
}

const NOTHING_SURE = 'The teacher is sure of no window: lower the thresholds, or label more seeds.';

/** Blind, so that nobody is led by the very answer that is to be judged; each window shows people nothing but itself. */
async function askPeople(
  actor: Actor,
  round: RoundRow,
  ruleSetNumber: number,
  asked: readonly { readonly windowId: string; readonly label: string }[],
): Promise<void> {
  const name = `Audit of round ${round.number}, self-training ${round.selfTraining.id}`;
  const queue = newQueueSchema.parse({ name, purpose: 'audit', ruleSetNumber, filter: null, blindShare: 1 });
  const queueId =
    round.auditQueueId ??
    (await getDb().$transaction(async (tx) => {
      const id = await addQueue(tx, actor, queue);
      await changeRound(tx, round.id, ['running'], { auditQueueId: id });
      return id;
    }));
  const named = asked.map(({ windowId, label }) => ({
    windowId,
    suggestedClass: label,
    placedBy: 'listed' as const,
  }));
  await makeOrder(queueId, { named });
}

/** People's turn: `continueRound` takes it from here. */
async function audit(round: RoundRow, { log }: RoundJob): Promise<Next> {
  await changeRound(getDb(), round.id, ['running'], { state: 'auditing' });
  log('waits for people: its audit is in a queue');
  return 'waits';
}

/** Labels and pseudo-labels in one dataset: the student learns from all of it, the control from the labels alone. */
async function buildDataset(round: RoundRow, context: RoundJob): Promise<Next> {
  const seed = await seedPolicy(context.actor, round.selfTraining.datasetId);
  const name = `${seed.name}, round ${round.number}`.slice(-80);
  const policy = { ...seed, name, pseudoRound: round.id };
  const { datasetId } = await runDatasetBuild({ ...context, payload: { policy } });
  await addToReport(getDb(), round.id, { trainingRows: await countTrainingRows(context.actor, datasetId) });
  await changeRound(getDb(), round.id, ['running'], { datasetId });
  return 'train';
}

async function countTrainingRows(
  actor: Actor,
  datasetId: number,
): Promise<NonNullable<RoundReport['trainingRows']>> {
  const { storageKey } = await getDataset(actor, { id: datasetId });
  const empty = () => CLASS_IDS.map(() => 0);
  const counts = { record: empty(), weak: empty(), pseudo: empty() };
  for (const { split, source, label } of await rowsOf(storageKey))
    if (split === 'train') counts[source][classIndex(label)]++;
  return counts;
}

async function rowsOf(storageKey: string) {
  const rows = await readLabelRows(storageKey);
  if (!rows) throw new Error(`${storageKey}: the dataset's folder is not here`);
  return rows;
}

/** Asks for the runs of student and control; goes on once both have ended. */
async function train(round: RoundRow, { actor, log }: RoundJob): Promise<Next> {
  const { runs, selfTraining } = round;
  const failed = runs.find(({ state }) => state === 'failed' || state === 'cancelled');
  const isOver = runs.every(({ state }) => state !== 'queued' && state !== 'running');
  if (failed && isOver)
    throw new Refusal(
      'conflict',
      `Run ${failed.id}, the ${failed.isStudent ? 'student' : 'control'}, ${failed.state === 'failed' ? `failed: ${failed.error}` : 'was cancelled'}.`,
    );
  if (runs.length > 0) return isOver ? 'compare' : 'waits';
  const { preset, seed, settings } = selfTraining.settings;
  const dataset = await getDataset(actor, { id: requireId(round.datasetId, 'dataset') });
  await withJobs(actor, async (tx, enqueue) => {
    for (const pseudo_labels of [1, 0]) {
      const own = { preset, seed, settings: { ...settings, pseudo_labels } };
      await addRun(tx, enqueue, { ...own, dataset, roundId: round.id, by: actor });
    }
  });
  log('waits for its student and its control, which are trained as runs of their own');
  return 'waits';
}

/** Goes on with the round of a run that has ended, if it is of one; part of that run's job. */
export async function advanceAfterRun(actor: Actor, runId: number): Promise<void> {
  const round = await findRoundOfRun(getDb(), runId);
  if (round?.state !== 'running' || round.step !== 'train') return;
  if (round.runs.some(({ state }) => state === 'queued' || state === 'running')) return;
  await withJobs(actor, (tx, enqueue) => enqueueRound(tx, enqueue, withChain(round)));
}

const withChain = ({ id, number, selfTraining }: RoundRow) => ({
  id,
  number,
  selfTrainingId: selfTraining.id,
});

/** Holds the student beside its teacher and the control, and decides. */
async function compare(round: RoundRow, context: RoundJob): Promise<Next> {
  const { actor, progress, signal } = context;
  const [student, control] = await Promise.all(
    round.runs.map(({ version, id }) =>
      requireVersion(requireId(version?.name ?? null, `version of run ${id}`)),
    ),
  );
  const teacher = await requireVersion(round.teacher.name);
  const { sets, notes } = await findSets(round, teacher, actor);
  const windowIds = [...new Set(sets.flatMap((set) => set.windowIds))];
  const versions = [student, teacher, control];
  for (const [i, version] of versions.entries())
    await predictMissing(version, windowIds, signal, (done, missing) =>
      progress(
        (0.8 * (i + done / missing)) / versions.length,
        `${version.name}: ${done} of ${missing} windows predicted`,
      ),
    );
  progress(0.8, 'comparing');
  const measured: RoundComparison['sets'] = [];
  for (const set of sets) {
    signal.throwIfAborted();
    const beside = await measureSet(set, student, teacher);
    const besideControl = await measureSet(set, student, control);
    const { rows, events, trainedOn } = beside;
    measured.push({
      set: set.set,
      rows,
      events,
      trainedOn,
      teacher: headlines(beside),
      control: headlines(besideControl),
    });
  }
  const comparison = { sets: measured, notes };
  await addToReport(getDb(), round.id, { comparison });
  const verdict = decide(comparison, round.selfTraining.settings.leastGain);
  if (verdict.accepted) await crown(actor, round, student, verdict.reason);
  await end(round, verdict);
  await archiveVersion(actor, { name: control.name });
  if (verdict.accepted) await startNext(actor, round, student);
  return 'ends';
}

function headlines({ sampled, natural }: MeasuredSet<unknown>) {
  const headline = ({ macroF1, ece, poleMae, f1 }: MeasuredSet<unknown>['sampled']) => ({
    macroF1,
    ece,
    poleMae,
    f1,
  });
  return { sampled: headline(sampled), natural: natural && headline(natural) };
}

/**
 * Validation rows of the round's dataset, on which all three were tuned alike, and frozen gold; without what the teacher
 * was trained on elsewhere.
 */
async function findSets(
  round: RoundRow,
  teacher: VersionRow,
  actor: Actor,
): Promise<{ sets: EvaluationSet<'validation' | 'gold'>[]; notes: string[] }> {
  const { storageKey, hash } = await getDataset(actor, { id: requireId(round.datasetId, 'dataset') });
  const rows = await rowsOf(storageKey);
  const taught = await datasetOf(teacher);
  const notes: string[] = [];
  if (!taught) notes.push(`The dataset of ${teacher.name} is not here: what it was trained on is not known.`);
  const elsewhere = taught && taught.hash !== hash ? taught.rows : [];
  const validation = await datasetSet('validation', rows, knownTo(elsewhere, ['train']));
  const gold = await goldSet(knownTo([...rows, ...elsewhere]));
  const sets = [validation, ...(gold ? [gold.rows] : [])];
  for (const { set, gone } of sets)
    if (gone > 0) notes.push(`${gone} ${set} rows are left out: their windows are no longer stored.`);
  if (!gold) notes.push('No gold is frozen: the student is held against validation alone.');
  return { sets: sets.filter(({ actual }) => actual.length > 0), notes };
}

/** The student becomes challenger: whether it is to be champion is for the gate and an admin to say. */
async function crown(
  actor: Actor,
  { number, selfTraining }: RoundRow,
  student: VersionRow,
  why: string,
): Promise<void> {
  const challenger = await findAliased(getDb(), 'challenger');
  if (challenger?.id === student.id) return;
  const reason = `Round ${number} of self-training ${selfTraining.id}: ${why}`;
  await promote(actor, { name: student.name, alias: 'challenger', reason, override: false });
}

async function startNext(
  actor: Actor,
  { number, selfTraining }: RoundRow,
  student: VersionRow,
): Promise<void> {
  if (number >= selfTraining.settings.rounds) return;
  await withJobs(actor, async (tx, enqueue) => {
    const next = { selfTrainingId: selfTraining.id, number: number + 1 };
    const id = await insertRound(tx, { ...next, teacherId: student.id });
    await enqueueRound(tx, enqueue, { id, ...next });
  });
}

async function end(
  { id }: RoundRow,
  { accepted, reason }: { accepted: boolean; reason: string },
): Promise<'ends'> {
  const state = accepted ? 'accepted' : 'rejected';
  await changeRound(getDb(), id, ['running'], { state, reason, endedAt: new Date() });
  return 'ends';
}

/** @throws Refusal `not_found` */
export async function requireRound(id: number): Promise<RoundRow> {
  const round = await findRound(getDb(), id);
  if (!round) throw notFound(`round ${id}`);
  return round;
}

function requireId<T>(value: T | null, what: string): T {
  if (value === null) throw new Error(`a round went on without its ${what}`);
  return value;
}
