import { afterAll, beforeAll, expect, test } from 'vitest';
import { CLASS_IDS } from '@/lib/contract/classes.ts';
import { type DatasetSummary, datasetPolicySchema } from '@/lib/contract/dataset.ts';
import { newRunSchema } from '@/lib/contract/train.ts';
import { OPERATOR } from '../auth/actor.ts';
import { closeDatabase, configureDatabase, getDb, getPool } from '../db/connection.ts';
import { promote } from '../service/alias.ts';
import { resumeRun, startRun } from '../service/train.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { addQueue } from '../testing/labelling.ts';
import { BOSS_SCHEMA, getSender } from './boss.ts';
import { enqueueJob } from './enqueue.ts';

let database: TestDatabase;
let datasetId: number;
let stoppedRunId: number;

beforeAll(async () => {
  database = await testDatabase();
  configureDatabase(database.url);
  await addQueue(3);
  const summary: DatasetSummary = {
    bySplit: { train: {}, validation: {}, test: {}, unseen: {} },
    bySource: {},
    classesBySource: {},
    cutDates: { validationFrom: 1, testFrom: 2, embargoMs: 0 },
    series: 1,
    featureSchemas: [1, 2],
    leftOut: {},
    notes: [],
  };
  const policy = datasetPolicySchema.parse({ name: 'd' });
  const dataset = await getDb().dataset.create({
    data: { name: 'd', hash: 'd', policy, summary, rows: 1, storageKey: 'none', createdBy: 'test' },
  });
  datasetId = dataset.id;
  const run = {
    datasetId,
    preset: 'quick',
    config: {},
    seed: 1,
    state: 'failed',
    createdBy: 'test',
  } as const;
  stoppedRunId = (await getDb().trainingRun.create({ data: run })).id;
  const model = { featureSchema: 1, classMap: [...CLASS_IDS], metrics: {} };
  await getDb().modelVersion.create({
    data: { name: 'v0_1_0', storageKey: 'none', modelSha256: 'none', modelBytes: 1, ...model },
  });
  process.env.HALYARD_TRAIN_PYTHON = 'python3';
  await getSender();
});

afterAll(async () => {
  delete process.env.HALYARD_TRAIN_PYTHON;
  await closeDatabase();
  await database.drop();
});

/** As if the process had died just before the job was put into its queue. */
async function whileTheQueueIsAway(work: () => Promise<unknown>): Promise<void> {
  await getPool().query(`ALTER SCHEMA ${BOSS_SCHEMA} RENAME TO away`);
  try {
    await expect(work()).rejects.toThrow();
  } finally {
    await getPool().query(`ALTER SCHEMA away RENAME TO ${BOSS_SCHEMA}`);
  }
}

async function rows() {
  const db = getDb();
  const queued = await getPool().query<{ name: string; id: string }>(
    `SELECT name, data->>'jobId' AS id FROM ${BOSS_SCHEMA}.job`,
  );
  return {
    jobs: (await db.job.findMany({ orderBy: { id: 'asc' } })).map(({ kind, id }) => ({ name: kind, id })),
    queued: queued.rows.sort((a, b) => (a.id < b.id ? -1 : 1)),
    runs: (await db.trainingRun.findMany({ orderBy: { id: 'asc' } })).map(({ state, jobId }) => ({
      state,
      jobId,
    })),
    aliases: await db.aliasEvent.count(),
    audit: await db.auditEvent.count(),
  };
}

const newRun = () => newRunSchema.parse({ datasetId });
const asked: [string, () => Promise<{ jobId: string | null }>, object][] = [
  [
    'a promotion',
    () => promote(OPERATOR, { name: 'v0_1_0', alias: 'champion', reason: 'first', override: true }),
    { aliases: 1, audit: 1 },
  ],
  ['a new run', () => startRun(OPERATOR, newRun()), {}],
  ['a run that goes on', () => resumeRun(OPERATOR, { id: stoppedRunId }), {}],
];

test.each(asked)('%s is there with its job in the queue, or not at all', async (_, ask, more) => {
  const before = await rows();
  await whileTheQueueIsAway(ask);
  expect(await rows()).toEqual(before);

  const { jobId } = await ask();
  const after = await rows();
  expect(after).toMatchObject(more);
  expect(after.jobs.slice(before.jobs.length)).toEqual([{ name: expect.any(String), id: jobId }]);
  expect(after.queued).toEqual(after.jobs);
  for (const run of after.runs.filter(({ state }) => state === 'queued'))
    expect(after.jobs).toContainEqual({ name: 'train', id: run.jobId });
});

test('a job whose payload its handler would not take is not there either', async () => {
  const before = await rows();
  const request = { kind: 'predict', title: 'Predict', payload: { version: 7 } } as const;
  await expect(enqueueJob(OPERATOR, request)).rejects.toMatchObject({ name: 'ZodError' });
  expect(await rows()).toEqual(before);
});
