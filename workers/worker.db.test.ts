import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { OPERATOR } from '@/lib/server/auth/actor.ts';
import { closeDatabase, configureDatabase, getDb, getPool } from '@/lib/server/db/connection.ts';
import { Refusal } from '@/lib/server/error.ts';
import { enqueueJob } from '@/lib/server/jobs/enqueue.ts';
import type { JobContext, JobHandler } from '@/lib/server/jobs/job.ts';
import { claimJob } from '@/lib/server/repo/job.ts';
import { cancelJob, countWorkersAlive, getJob, getJobLog, listJobs } from '@/lib/server/service/job.ts';
import { scanSeries } from '@/lib/server/service/scan.ts';
import { enqueueImport, headedCsv, useScratchHome, walkBars } from '@/lib/server/testing/bar-files.ts';
import { type TestDatabase, testDatabase } from '@/lib/server/testing/database.ts';
import { handlers } from './handlers/index.ts';
import { runJobInline } from './run-job.ts';
import { type Handlers, Worker } from './worker.ts';

let database: TestDatabase;
let removeHome: () => Promise<void>;
const workers: Worker[] = [];

beforeAll(async () => {
  removeHome = await useScratchHome();
  database = await testDatabase();
  configureDatabase(database.url);
});

afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.stop();
});

afterAll(async () => {
  await closeDatabase();
  await database.drop();
  await removeHome();
});

type Predict = (context: JobContext<{ version: string }>) => Promise<unknown>;

async function startWorker(predict: Predict, count = 1): Promise<Worker> {
  const own: Handlers = { ...handlers, predict: async () => predict as JobHandler<never> };
  const worker = new Worker(own, { predict: count }, { superviseSeconds: 1 });
  workers.push(worker);
  await worker.start();
  return worker;
}

const ask = (version: string, serialKey?: string) =>
  enqueueJob(OPERATOR, {
    kind: 'predict',
    title: `predict ${version}`,
    payload: { version },
    ...(serialKey ? { serialKey } : {}),
  });

const untilState = (id: string, state: string, timeout = 20_000) =>
  vi.waitFor(async () => expect((await getJob(OPERATOR, { id })).state).toBe(state), {
    timeout,
    interval: 50,
  });

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));

test('a job is done with its progress, log and result, and the worker is seen to live', async () => {
  await startWorker(async ({ progress, log, payload }) => {
    progress(0.5, 'half way');
    log(`predicting ${payload.version}`);
    return { windows: 7 };
  });
  expect(await countWorkersAlive()).toBe(1);
  const id = await ask('v1');
  await untilState(id, 'done');
  expect(await getJob(OPERATOR, { id })).toMatchObject({
    progress: 1,
    message: 'half way',
    result: { windows: 7 },
  });
  const { lines } = await getJobLog(OPERATOR, { id });
  expect(lines.map(({ line }) => line)).toEqual(['predicting v1']);
});

test('fifty jobs and two workers: each job is done once', async () => {
  const done: string[] = [];
  const count: Predict = async ({ payload }) => {
    done.push(payload.version);
  };
  await startWorker(count, 2);
  await startWorker(count, 2);
  const ids = await Promise.all(Array.from({ length: 50 }, (_, i) => ask(`v${i}`)));
  await vi.waitFor(async () => expect((await listJobs(OPERATOR, {})).active).toBe(0), { timeout: 40_000 });
  expect(done.toSorted()).toEqual(Array.from({ length: 50 }, (_, i) => `v${i}`).toSorted());
  expect(await getDb().job.count({ where: { id: { in: ids }, state: 'done', attempt: 1 } })).toBe(50);
});

test('jobs that share a key run one after another, others beside them', async () => {
  let together = 0;
  let most = 0;
  let others = 0;
  const watch: Predict = async ({ payload }) => {
    if (payload.version === 'other') {
      others++;
      return;
    }
    together++;
    most = Math.max(most, together);
    await vi.waitFor(() => expect(others).toBe(1), { timeout: 20_000 });
    together--;
  };
  const ids = [
    await ask('a', 'series 1'),
    await ask('b', 'series 1'),
    await ask('c', 'series 1'),
    await ask('other'),
  ];
  await startWorker(watch, 2);
  await startWorker(watch, 2);
  for (const id of ids) await untilState(id, 'done');
  expect(most).toBe(1);
});

test('a queued job is cancelled at once and never run', async () => {
  const id = await ask('never');
  await cancelJob(OPERATOR, { id });
  expect(await getJob(OPERATOR, { id })).toMatchObject({ state: 'cancelled' });
  const ran: string[] = [];
  await startWorker(async ({ payload }) => ran.push(payload.version));
  await untilState(await ask('after'), 'done');
  expect(ran).toEqual(['after']);
});

test('a running job is stopped within two seconds of the cancel', async () => {
  await startWorker(({ signal }) => untilAborted(signal));
  const id = await ask('long');
  await untilState(id, 'running');
  const asked = Date.now();
  await cancelJob(OPERATOR, { id });
  await untilState(id, 'cancelled');
  expect(Date.now() - asked).toBeLessThan(5000);
  await expect(cancelJob(OPERATOR, { id: crypto.randomUUID() })).rejects.toMatchObject({ code: 'not_found' });
});

test('a job that is refused fails with the sentence and is not tried again', async () => {
  let tries = 0;
  await startWorker(async () => {
    tries++;
    throw new Refusal('invalid', 'There is no version v9.');
  });
  const id = await ask('v9');
  await untilState(id, 'failed');
  expect(await getJob(OPERATOR, { id })).toMatchObject({ error: 'There is no version v9.' });
  await untilState(await ask('v9'), 'failed');
  expect(tries).toBe(2);
});

test('a job whose end cannot be stored at once is done all the same', async () => {
  let back: Promise<unknown> = Promise.resolve();
  await startWorker(async () => {
    await getPool().query('ALTER TABLE "Job" RENAME TO "JobAway"');
    back = sleep(400).then(() => getPool().query('ALTER TABLE "JobAway" RENAME TO "Job"'));
    return { windows: 3 };
  });
  const id = await ask('v1');
  await untilState(id, 'done');
  await back;
  expect(await getJob(OPERATOR, { id })).toMatchObject({ result: { windows: 3 }, error: null });
});

test('a worker that is told to leave gives its job back, and another does it', async () => {
  const first = await startWorker(({ signal }) => untilAborted(signal));
  const id = await ask('handed on');
  await untilState(id, 'running');
  workers.splice(workers.indexOf(first), 1);
  await first.stop();
  expect(await getJob(OPERATOR, { id })).toMatchObject({ state: 'queued' });
  await startWorker(async () => 'done by the second');
  await untilState(id, 'done');
  expect(await getJob(OPERATOR, { id })).toMatchObject({ result: 'done by the second' });
});

test('a job whose worker died is done by another, and what the dead one still writes is refused', async () => {
  const id = await ask('orphan');
  await claimJob(id); // the dead worker's claim: nothing ever comes of it
  await startWorker(async () => 'done by the living');
  await untilState(id, 'done');
  expect(await getDb().job.findUniqueOrThrow({ where: { id } })).toMatchObject({ attempt: 2 });
});

test('an import runs in this process where no worker lives', async () => {
  const id = await enqueueImport(headedCsv(walkBars(30)), 'INLINE');
  expect(await countWorkersAlive()).toBe(0);
  await runJobInline(id);
  expect(await getJob(OPERATOR, { id })).toMatchObject({ state: 'done', result: { barsAdded: 30 } });
  expect(await countWorkersAlive()).toBe(0);
});

test('a scan asked for as a job fills the default queue with what it found', async () => {
  const { id: seriesId } = await getDb().series.findFirstOrThrow({ where: { symbol: 'INLINE' } });
  await runJobInline(await enqueueImport(headedCsv(walkBars(1500)), 'INLINE'));
  const { jobs } = await scanSeries(OPERATOR, { seriesIds: [seriesId], lookbackDays: 'all' });
  await runJobInline(jobs[0].jobId);
  expect(await getJob(OPERATOR, { id: jobs[0].jobId })).toMatchObject({ state: 'done', error: null });
  const windows = await getDb().window.count({ where: { seriesId } });
  expect(windows).toBeGreaterThan(50);
  expect(await getDb().queueItem.count()).toBe(windows);
});

test('the default queue is filled though the last of the scans fails, or is cancelled while it waits', async () => {
  const { id: seriesId } = await getDb().series.findFirstOrThrow({ where: { symbol: 'INLINE' } });
  const gone = await getDb().series.create({
    data: { venue: 'test', symbol: 'EMPTY', timeframe: '1h', timeframeMs: 3_600_000, gridOffsetMs: 0 },
  });
  const windows = await getDb().window.count({ where: { seriesId } });
  for (const end of ['failed', 'cancelled'] as const) {
    await getDb().queueItem.deleteMany();
    const { jobs } = await scanSeries(OPERATOR, { seriesIds: [gone.id], lookbackDays: 'all' });
    if (end === 'failed') await runJobInline(jobs[0].jobId);
    else await cancelJob(OPERATOR, { id: jobs[0].jobId });
    expect(await getJob(OPERATOR, { id: jobs[0].jobId })).toMatchObject({ state: end });
    expect(await getDb().queueItem.count()).toBe(windows);
  }
});
