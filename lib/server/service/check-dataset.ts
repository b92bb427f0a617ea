import { setImmediate as giveWay } from 'node:timers/promises';
import type { CheckFound, checkRequestSchema, DatasetCheck } from '@/lib/contract/dataset-check.ts';
import type { JobPayload } from '@/lib/contract/job-payload.ts';
import { EMBEDDING_SIZE } from '@/lib/contract/models.ts';
import type { z } from '@/lib/contract/zod.ts';
import { gatherLeaks } from '@/lib/core/leakage.ts';
import { nearestPairs } from '@/lib/core/selection/near-pairs.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { type CheckedRow, checkRows, EXAMPLES, example } from '../dataset/check-rows.ts';
import { readCheckedRows } from '../dataset/label-file.ts';
import { getDb } from '../db/connection.ts';
import { notFound, Refusal } from '../error.ts';
import { enqueueJob } from '../jobs/enqueue.ts';
import type { JobContext } from '../jobs/job.ts';
import { insertCheck, listChecks } from '../repo/dataset-check.ts';
import { findVersion } from '../repo/model.ts';
import { readEmbeddings } from '../repo/prediction.ts';
import { findWindowIds } from '../repo/window.ts';
import { readGoldByName } from './choose-rows.ts';
import { getDataset } from './dataset.ts';
import { storedPool } from './dataset-pool.ts';
import { selectionModel } from './selection-model.ts';

/** Checks of one dataset that people are shown. */
const SHOWN = 20;
/** Embeddings asked for at once. */
const BATCH = 5_000;

type CheckRequest = z.output<typeof checkRequestSchema>;
type CheckJob = JobContext<JobPayload<'check'>>;

/** What was found of leaks in a dataset, the newest check first. @throws Refusal `not_found` */
export async function datasetChecks(
  actor: Actor,
  { id }: { id: number },
): Promise<{ checks: DatasetCheck[] }> {
  await getDataset(actor, { id });
  return { checks: await listChecks(getDb(), id, SHOWN) };
}

/** Looks for leaks again, as a job. @throws Refusal `not_found` for the dataset or the version */
export async function checkDataset(
  actor: Actor,
  { id, ...request }: CheckRequest & { id: number },
): Promise<{ jobId: string }> {
  const { name } = await getDataset(actor, { id });
  if (request.version !== null && !(await findVersion(getDb(), request.version)))
    throw notFound(`version ${request.version}`);
  const jobId = await enqueueJob(actor, {
    kind: 'check',
    title: `Check dataset “${name}”`,
    payload: { datasetId: id, ...request },
  });
  return { jobId };
}

/**
 * Checks a dataset as it lies on disk, against the gold of now and by what a model finds alike.
 * @throws Refusal `conflict` where it was built before its rows kept what checks need
 */
export async function runDatasetCheck(context: CheckJob): Promise<{ checkId: number; leaks: number }> {
  const { actor, payload, signal, progress, log } = context;
  requireRole(actor, 'admin');
  const { datasetId, cosine } = payload;
  const { storageKey } = await getDataset(actor, { id: datasetId });
  progress(0, 'reading its rows');
  const rows = await readCheckedRows(storageKey, signal);
  if (!rows) {
    throw new Refusal(
      'conflict',
      `Dataset ${datasetId} was built before its rows kept what a check needs. Build it anew from its policy.`,
    );
  }
  const checks = checkRows(rows, await readGoldByName(storedPool, signal));
  const { version, check } = await checkLikeness(rows, context);
  const all = [...checks, check];
  const checkId = await insertCheck(getDb(), {
    datasetId,
    checks: all,
    version,
    cosine: version === null ? null : cosine,
    createdBy: actor.id,
  });
  for (const { id, rows: looked, found } of all)
    log(`${id}: ${found ?? 'not looked into'} of ${looked} rows`);
  return { checkId, leaks: all.reduce((sum, { found }) => sum + (found ?? 0), 0) };
}

/** Held-out rows that a model finds nearly the same as a training row. */
async function checkLikeness(
  rows: readonly CheckedRow[],
  { payload, signal, progress }: CheckJob,
): Promise<{ version: string | null; check: CheckFound }> {
  const model =
    payload.version === null ? await selectionModel() : await findVersion(getDb(), payload.version);
  const heldOut = rows.filter(({ split }) => split !== 'train').length;
  const check = { id: 'likeness' as const, rows: heldOut, found: null, examples: [] };
  if (!model) {
    const note = 'No model is champion yet, and likeness is measured by one.';
    return { version: null, check: { ...check, note } };
  }
  const { learnt, others, asked, queries } = await embeddingsOf(model.id, rows, signal);
  const pairs = await nearestPairs(queries, others, EMBEDDING_SIZE, payload.cosine, async (done) => {
    await giveWay();
    signal.throwIfAborted();
    progress(done / Math.max(1, asked.length), 'comparing held-out windows with training');
  });
  const gathered = gatherLeaks(asked.length, EXAMPLES);
  for (const { query, match, cosine } of pairs)
    gathered.add({ row: asked[query], other: learnt[match], size: cosine });
  const { found, worst, rows: looked } = gathered.leaks();
  const missing = rows.length - asked.length - learnt.length;
  return {
    version: model.name,
    check: {
      ...check,
      rows: looked,
      found,
      note:
        missing > 0
          ? `${model.name} has not predicted ${missing} of ${rows.length} rows: they are left out.`
          : null,
      examples: worst.map((leak) => example(rows, leak, `cosine ${leak.size.toFixed(4)}`)),
    },
  };
}

interface Embedded {
  /** Places of the training rows that the model has predicted, and their embeddings one after another. */
  readonly learnt: readonly number[];
  readonly others: Float32Array;
  /** The same of the held-out rows. */
  readonly asked: readonly number[];
  readonly queries: Float32Array;
}

async function embeddingsOf(
  versionId: number,
  rows: readonly CheckedRow[],
  signal: AbortSignal,
): Promise<Embedded> {
  const learnt: number[] = [];
  const asked: number[] = [];
  const others = new Float32Array(rows.length * EMBEDDING_SIZE);
  const queries = new Float32Array(rows.length * EMBEDDING_SIZE);
  for (let from = 0; from < rows.length; from += BATCH) {
    signal.throwIfAborted();
    const ids = await findWindowIds(rows.slice(from, from + BATCH));
    const placeOf = new Map(
      ids.flatMap((id, i): [string, number][] => (id === null ? [] : [[id, from + i]])),
    );
    const { windowIds, embeddings } = await readEmbeddings(versionId, [...placeOf.keys()]);
    for (const [i, id] of windowIds.entries()) {
      const place = placeOf.get(id);
      if (place === undefined) continue;
      const [places, vectors] = rows[place].split === 'train' ? [learnt, others] : [asked, queries];
      vectors.set(
        embeddings.subarray(i * EMBEDDING_SIZE, (i + 1) * EMBEDDING_SIZE),
        places.length * EMBEDDING_SIZE,
      );
      places.push(place);
    }
  }
  return {
    learnt,
    others: others.subarray(0, learnt.length * EMBEDDING_SIZE),
    asked,
    queries: queries.subarray(0, asked.length * EMBEDDING_SIZE),
  };
}
