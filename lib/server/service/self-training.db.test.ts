import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLASS_IDS, type ClassId, classIndex } from '@/lib/contract/classes.ts';
import { datasetPolicySchema } from '@/lib/contract/dataset.ts';
import { newSelfTrainingSchema, type Round } from '@/lib/contract/self-training.ts';
import { OPERATOR } from '../auth/actor.ts';
import { jobContext } from '../dataset/testing/job-context.ts';
import { scanDemoMarket } from '../dataset/testing/scanned-series.ts';
import { findTrainerPython, openTestSetting } from '../dataset/testing/setting.ts';
import { storeMarket } from '../dataset/testing/store-market.ts';
import { getDb, getPool } from '../db/connection.ts';
import { readLabelRows } from '../gate/label-rows.ts';
import { addPerson, labelInput } from '../testing/labelling.ts';
import { addPredictions, addTinyVersion } from '../testing/model.ts';
import { promote } from './alias.ts';
import { getDataset, runDatasetBuild } from './dataset.ts';
import { annotate, claimItems } from './label.ts';
import { championName, listVersions } from './model.ts';
import { advanceAfterRun, runRound } from './round.ts';
import {
  cancelRound,
  continueRound,
  getSelfTraining,
  listSelfTrainings,
  rejectRound,
  revertRound,
  startSelfTraining,
} from './self-training.ts';
import { getRun, runTraining } from './train.ts';

const python = findTrainerPython();
if (!python) console.log('No Python with PyTorch here: rounds of self-training are not tested.');

interface Known {
  readonly windowId: string;
  readonly label: ClassId;
  readonly kind: string;
  readonly ts: number;
}

let setting: Awaited<ReturnType<typeof openTestSetting>>;
let seedId: number;
let teacher: string;
let windows: readonly Known[];
const truth = new Map<string, ClassId>();

/**
 * A teacher that is sure of what the rules say, but for every tenth window, which it takes for none; from `until` on it
 * knows nothing, so that a student cannot be worse.
 */
async function addTeacher(until: number): Promise<string> {
  const row = await addTinyVersion('good');
  const metrics = { ...(row.metrics as object), biases: [0, 0, 0, 0, 0] };
  await getDb().modelVersion.update({ where: { id: row.id }, data: { metrics } });
  await addPredictions(
    row.id,
    windows.map(({ windowId, label, ts }, i) => {
      const said = classIndex(i % 10 === 0 ? 'none' : label);
      const sure = CLASS_IDS.map((_, c) => (c === said ? 0.9996 : 0.0001));
      return { windowId, probabilities: ts < until ? sure : CLASS_IDS.map(() => 1 / CLASS_IDS.length) };
    }),
  );
  return row.name;
}

const start = (settings: object = {}, more: object = {}) =>
  startSelfTraining(
    OPERATOR,
    newSelfTrainingSchema.parse({
      datasetId: seedId,
      teacher,
      settings: {
        ...{ preset: 'quick', auditPerClass: 3, settings: { epochs: 1, rows: 400, bootstrap: 50 } },
        ...settings,
      },
      ...more,
    }),
  );
const advance = (roundId: number) => runRound(jobContext({ roundId }).context);
async function roundOf(id: number, number = 1): Promise<Round> {
  const { rounds } = await getSelfTraining(OPERATOR, { id });
  const round = rounds.find((one) => one.number === number);
  if (!round) throw new Error(`self-training ${id} has no round ${number}`);
  return round;
}
/** Answers what an audit asks. @param said the answer to a window of which this is known */
async function answerAudit({ auditQueueId }: Round, said: (label: ClassId) => ClassId): Promise<number> {
  // Somebody new: whoever labelled the seeds has seen what came after some of these windows.
  const auditor = await addPerson('auditor');
  let answered = 0;
  for (;;) {
    const { items } = await claimItems(auditor, {
      id: auditQueueId ?? 0,
      count: 12,
      holding: [],
      hold: 'ready',
    });
    if (items.length === 0) return answered;
    for (const item of items) {
      expect(item.suggestion).toBeNull();
      await annotate(auditor, labelInput(item, said(truth.get(item.windowId) ?? 'none')));
      answered++;
    }
  }
}

beforeAll(async () => {
  setting = await openTestSetting();
  if (python) process.env.HALYARD_TRAIN_PYTHON = python;
  await storeMarket(scanDemoMarket(3, { series: 2, barsPerSeries: 6000 }));
  const ana = await addPerson('ana');
  const { rows } = await getPool().query<Known>(
    `SELECT w."id" AS "windowId", w."ts", l."kind"::text AS "kind", CASE WHEN l."kind" = 'event' THEN l."weakClass" ELSE 'none' END AS "label"
       FROM "Window" w JOIN "WeakLabel" l ON l."windowId" = w."id" WHERE l."kind" <> 'undecided' ORDER BY w."ts", w."id"`,
  );
  windows = rows;
  for (const { windowId, label } of rows) truth.set(windowId, label);
  // People have answered every eighth window.
  for (const [i, { windowId, label }] of rows.entries())
    if (i % 8 === 3) await annotate(ana, labelInput({ itemId: null, windowId }, label));
  const policy = datasetPolicySchema.parse({ name: 'seeds', validationShare: 0.3 });
  seedId = (await runDatasetBuild(jobContext({ policy }).context)).datasetId;
  teacher = await addTeacher((await getDataset(OPERATOR, { id: seedId })).summary.cutDates.validationFrom);
}, 120_000);
afterAll(() => setting.close());

describe.skipIf(!python)('self-training', { timeout: 240_000 }, () => {
  it('begins only with a teacher and something to measure a student on, and once at a time', async () => {
    await expect(start({}, { teacher: undefined })).rejects.toThrow('There is no champion to be the teacher');
    await expect(start({}, { teacher: 'v9_9_9' })).rejects.toThrow('There is no model version v9_9_9');
    const policy = datasetPolicySchema.parse({ name: 'few', from: windows[0] && 0, to: 1, sources: 'weak' });
    await expect(runDatasetBuild(jobContext({ policy }).context)).rejects.toThrow();
    const { id, roundId } = await start();
    await expect(start()).rejects.toThrow('A round from “seeds” goes on: let it end, or cancel it first.');
    await cancelRound(OPERATOR, { id: roundId });
    expect(await roundOf(id)).toMatchObject({ state: 'cancelled', step: 'predict' });
    await expect(cancelRound(OPERATOR, { id: roundId })).rejects.toThrow(
      'Round 1 is cancelled; one can only cancel a round that is running or auditing.',
    );
    await rejectRound(OPERATOR, { id: roundId, reason: 'a try' });
    expect(await roundOf(id)).toMatchObject({ state: 'rejected', reason: 'a try' });
    await expect(continueRound(OPERATOR, { id: roundId })).rejects.toThrow('Round 1 is rejected');
  });

  it('labels what nobody has within the training dates, and asks people blind about some of each class', async () => {
    const { id, roundId } = await start();
    expect(await advance(roundId)).toEqual({ state: 'auditing', step: 'audit' });
    const round = await roundOf(id);
    const { rows: labels } = await getPool().query<{ windowId: string; label: ClassId; answered: boolean }>(
      `SELECT p."windowId", p."label", EXISTS (SELECT 1 FROM "CurrentRecord" c WHERE c."windowId" = p."windowId" AND c."label" IS NOT NULL) AS "answered"
         FROM "PseudoLabel" p WHERE p."roundId" = $1`,
      [roundId],
    );
    expect(labels.length).toBeGreaterThan(30);
    expect(labels.filter(({ answered }) => answered)).toEqual([]);
    const { summary } = await getDataset(OPERATOR, { id: seedId });
    const { rows: late } = await getPool().query(
      `SELECT 1 FROM "PseudoLabel" p JOIN "Window" w ON w."id" = p."windowId" WHERE p."roundId" = $1 AND w."ts" >= $2`,
      [roundId, summary.cutDates.validationFrom],
    );
    expect(late).toEqual([]);
    // None is nothing that a rule takes for a pattern, however sure the teacher is.
    const events = new Set(windows.filter(({ kind }) => kind === 'event').map(({ windowId }) => windowId));
    expect(labels.filter(({ windowId, label }) => label === 'none' && events.has(windowId))).toEqual([]);
    expect(round.report.selection?.perClass.none.barred).toBeGreaterThan(0);
    for (const label of CLASS_IDS) {
      const taken = labels.filter((one) => one.label === label).length;
      expect(round.report.selection?.perClass[label].taken).toBe(taken);
      expect(round.audit?.[label]).toMatchObject({ asked: Math.min(3, taken), judged: 0, verdict: 'open' });
    }
    const asked = CLASS_IDS.reduce((sum, label) => sum + (round.audit?.[label].asked ?? 0), 0);
    expect(await answerAudit(round, () => 'none')).toBe(asked);
    const answered = await roundOf(id);
    expect(answered.audit?.none).toMatchObject({ precision: 1, verdict: 'open' });
    expect(answered.audit?.wedge).toMatchObject({ judged: 3, right: 0, precision: 0, verdict: 'below' });

    await continueRound(OPERATOR, { id: roundId });
    const ended = await roundOf(id);
    expect(ended).toMatchObject({ state: 'rejected', decidedBy: null, datasetId: null, student: null });
    expect(ended.reason).toMatch(/^Audited precision below 80 %: .*wedge 0 of 3 right \(0 % to 56 %\)/);
    await expect(
      runDatasetBuild(
        jobContext({ policy: datasetPolicySchema.parse({ name: 'x', pseudoRound: roundId }) }).context,
      ),
    ).rejects.toThrow(`Round ${roundId} is rejected: its pseudo-labels count for nothing.`);
  });

  it('trains student and control alike but for the pseudo-labels, decides, goes on to the next round, and is taken back whole', async () => {
    await promote(OPERATOR, { name: teacher, alias: 'champion', reason: 'the first', override: true });
    const { id, roundId } = await start({ leastGain: -1, rounds: 2 }, { teacher: undefined });
    await advance(roundId);
    await answerAudit(await roundOf(id), (label) => label);
    await continueRound(OPERATOR, { id: roundId });
    expect(await advance(roundId)).toEqual({ state: 'running', step: 'train' });
    const waiting = await roundOf(id);
    expect(waiting.report.audit?.wedge.right).toBe(3);

    const { storageKey, policy } = await getDataset(OPERATOR, { id: waiting.datasetId ?? 0 });
    expect(policy.pseudoRound).toBe(roundId);
    const rows = (await readLabelRows(storageKey)) ?? [];
    const seed = (await readLabelRows((await getDataset(OPERATOR, { id: seedId })).storageKey)) ?? [];
    const pseudo = rows.filter(({ source }) => source === 'pseudo');
    expect(new Set(pseudo.map(({ split }) => split))).toEqual(new Set(['train']));
    const heldOut = (of: typeof rows) =>
      of.filter(({ split }) => split === 'validation').map(({ ts, symbol }) => `${symbol} ${ts}`);
    expect(heldOut(rows)).toEqual(heldOut(seed));
    const counted = waiting.report.trainingRows;
    expect(counted?.pseudo?.reduce((sum, n) => sum + n)).toBe(pseudo.length);

    const [student, control] = [waiting.student?.id ?? 0, waiting.control?.id ?? 0];
    const settingsOf = async (runId: number) => (await getRun(OPERATOR, { id: runId })).run.settings;
    expect(await settingsOf(control)).toEqual({ ...(await settingsOf(student)), pseudo_labels: 0 });
    await runTraining(jobContext({ runId: student, resume: false }).context);
    await advanceAfterRun(OPERATOR, student);
    expect(await advance(roundId)).toEqual({ state: 'running', step: 'train' });
    await runTraining(jobContext({ runId: control, resume: false }).context);
    const stepsOf = async (runId: number) => (await getRun(OPERATOR, { id: runId })).run.progress?.steps;
    expect(await stepsOf(control)).toBe(await stepsOf(student));
    expect(await advance(roundId)).toMatchObject({ state: 'accepted', step: 'compare' });

    const accepted = await roundOf(id);
    const [validation] = accepted.report.comparison?.sets ?? [];
    expect(validation).toMatchObject({ set: 'validation', rows: heldOut(seed).length, trainedOn: 0 });
    const gain = validation.control.sampled.macroF1;
    expect(gain.difference).toBeCloseTo((gain.own ?? 0) - (gain.other ?? 0), 12);
    expect(accepted.reason).toMatch(/^Validation macro-F1 [+−]?0\.\d{3} /);
    const { versions } = await listVersions(OPERATOR);
    const version = (name: string | null | undefined) => versions.find((one) => one.name === name);
    expect(version(accepted.student?.version)).toMatchObject({ aliases: ['challenger'], archivedAt: null });
    expect(version(accepted.control?.version)?.archivedAt).not.toBeNull();

    // The student teaches the next round, which goes on: the first cannot be taken back under it.
    const second = await roundOf(id, 2);
    expect(second).toMatchObject({ state: 'running', step: 'predict', teacher: accepted.student?.version });
    await promote(OPERATOR, {
      name: accepted.student?.version ?? '',
      alias: 'champion',
      reason: 'it won',
      override: true,
    });
    await expect(revertRound(OPERATOR, { id: roundId, reason: 'no' })).rejects.toThrow(
      'Round 2, which its student teaches, goes on',
    );
    await cancelRound(OPERATOR, { id: second.id });
    expect(await revertRound(OPERATOR, { id: roundId, reason: 'a bad audit' })).toEqual({
      rounds: [1],
      champion: teacher,
    });
    expect((await championName(OPERATOR)).version).toBe(teacher);
    expect(await roundOf(id)).toMatchObject({ state: 'reverted', reason: 'a bad audit' });
    const after = (await listVersions(OPERATOR)).versions.find(
      ({ name }) => name === accepted.student?.version,
    );
    expect(after).toMatchObject({ aliases: [] });
    expect(after?.archivedAt).not.toBeNull();
    await expect(
      runDatasetBuild(
        jobContext({ policy: datasetPolicySchema.parse({ name: 'x', pseudoRound: roundId }) }).context,
      ),
    ).rejects.toThrow('is reverted');
    expect((await listSelfTrainings(OPERATOR)).selfTrainings[0].id).toBe(id);
  });
});
