import type { Dataset, DatasetBuilt, DatasetPolicy } from '@/lib/contract/dataset.ts';
import type { JobPayload } from '@/lib/contract/job-payload.ts';
import type { Quantisation } from '@/lib/core/image/quantisation.ts';
import type { Snapshot } from '@/lib/core/snapshot.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { readStampAt } from '../bars/read-range.ts';
import { unpackSnapshot } from '../bars/snapshot-bytes.ts';
import { readBars } from '../bars/store.ts';
import { type DatasetRow, type DatasetSeries, marketOf } from '../dataset/candidate.ts';
import { brokenRule } from '../dataset/check-rows.ts';
import { fitTrainingQuantisation } from '../dataset/fit-quantisation.ts';
import type { LabelledRows } from '../dataset/label-rows.ts';
import { findListingEnds } from '../dataset/listing.ts';
import { nothingToTrainOn } from '../dataset/summarise-rows.ts';
import { writeDataset } from '../dataset/write-dataset.ts';
import { getDb } from '../db/connection.ts';
import { notFound, Refusal } from '../error.ts';
import { enqueueJob } from '../jobs/enqueue.ts';
import type { JobContext } from '../jobs/job.ts';
import { findDataset, findDatasetByHash, insertDataset, listDatasetRows } from '../repo/dataset.ts';
import { insertCheck } from '../repo/dataset-check.ts';
import { readProvenance } from '../repo/provenance.ts';
import { streamSnapshots } from '../repo/snapshot-stream.ts';
import { storage } from '../storage.ts';
import { chooseRows, readGoldByName } from './choose-rows.ts';
import { storedPool } from './dataset-pool.ts';

/** Shares of the work before the images and before the end, for the progress bar. */
const FITTED = 0.15;
const WRITTEN = 0.95;

export async function listDatasets(actor: Actor): Promise<{ datasets: Dataset[] }> {
  requireRole(actor, 'admin');
  return { datasets: await listDatasetRows(getDb()) };
}

/** A dataset and the storage key of its folder. @throws Refusal `not_found` */
export async function getDataset(
  actor: Actor,
  { id }: { id: number },
): Promise<Dataset & { storageKey: string }> {
  requireRole(actor, 'admin');
  const dataset = await findDataset(getDb(), id);
  if (!dataset) throw notFound(`dataset ${id}`);
  return dataset;
}

/** Builds an immutable dataset from a policy, as a job. */
export async function buildDataset(actor: Actor, policy: DatasetPolicy): Promise<{ jobId: string }> {
  requireRole(actor, 'admin');
  const jobId = await enqueueJob(actor, {
    kind: 'dataset',
    title: `Build dataset “${policy.name}”`,
    payload: { policy },
  });
  return { jobId };
}

type StoredSeries = DatasetSeries & { readonly barsKey: string };
type DatasetJob = JobContext<JobPayload<'dataset'>>;

/**
 * Builds the dataset that a policy describes. The same policy over the same windows and labels gives the same hash,
 * and with it the dataset that exists already. Nothing is visible until all of it is.
 * @throws Refusal where there is nothing to train on, with what to do; where its splits leak
 */
export async function runDatasetBuild(context: DatasetJob): Promise<DatasetBuilt> {
  const { actor, payload, signal, progress, log } = context;
  requireRole(actor, 'admin');
  const { policy } = payload;
  progress(0, 'reading windows and labels');
  const { ruleSet, series, labelled, rows } = await chooseRows(actor, policy, storedPool, signal);
  const refusal = nothingToTrainOn(rows, labelled.leftOut, policy);
  if (refusal) throw new Refusal('conflict', refusal);
  log(`${rows.length} of ${labelled.rows.length} labelled windows are in the sampled set`);

  const quantisation = await fitOver(seriesOfTraining(series, rows, policy), labelled, context);
  const listingEnds = await findListingEnds(rows, readStampAt);
  return storage.withScratch('dataset', async (folder) => {
    const { manifest, checks, summary } = await writeDataset({
      folder,
      policy,
      ruleSetHash: ruleSet.hash,
      labelled,
      rows,
      quantisation,
      listingEnds,
      snapshots: readSnapshots(rows, signal),
      readProvenance: (kept) =>
        readProvenance(
          kept.map(({ candidate }) => candidate.windowId),
          ruleSet.id,
          signal,
        ),
      readGold: () => readGoldByName(storedPool, signal),
      onRows: (done) =>
        progress(FITTED + ((WRITTEN - FITTED) * done) / rows.length, `${done} of ${rows.length} images`),
    });
    signal.throwIfAborted();
    const broken = brokenRule(checks);
    if (broken) throw new Refusal('conflict', broken);
    const existing = await findDatasetByHash(getDb(), manifest.hash);
    const storageKey = `datasets/${manifest.hash}`;
    await storage.publishFolder(folder, storageKey);
    const dataset = await insertDataset(getDb(), {
      name: policy.name,
      hash: manifest.hash,
      policy,
      summary,
      storageKey,
      rows: manifest.rows,
      createdBy: actor.id,
    });
    if (!existing)
      await insertCheck(getDb(), {
        datasetId: dataset.id,
        checks,
        version: null,
        cosine: null,
        createdBy: actor.id,
      });
    for (const note of summary.notes) log(note);
    log(
      `dataset ${dataset.id}: ${dataset.rows} rows, ${dataset.hash}${existing ? ' (it existed already)' : ''}`,
    );
    return { datasetId: dataset.id, hash: dataset.hash, rows: dataset.rows, existed: existing !== null };
  });
}

/** Series with training rows whose bars are stored; unseen symbols never shape the quantisation. */
function seriesOfTraining(
  series: readonly DatasetSeries[],
  rows: readonly DatasetRow[],
  policy: DatasetPolicy,
): StoredSeries[] {
  const ids = new Set(rows.filter((row) => row.split === 'train').map((row) => row.series.id));
  return series.flatMap((one) =>
    ids.has(one.id) && one.barsKey !== null && !policy.unseenSymbols.includes(marketOf(one))
      ? [{ ...one, barsKey: one.barsKey }]
      : [],
  );
}

async function fitOver(
  series: readonly StoredSeries[],
  { plan }: LabelledRows,
  { signal, progress }: DatasetJob,
): Promise<Quantisation> {
  return fitTrainingQuantisation({
    series,
    before: plan.validationFrom,
    readBars: ({ barsKey }) => readBars(barsKey),
    signal,
    onSeries: (done) =>
      progress((FITTED * done) / series.length, `quantisation: ${done} of ${series.length} series`),
  });
}

async function* readSnapshots(rows: readonly DatasetRow[], signal: AbortSignal): AsyncGenerator<Snapshot> {
  const hashes = rows.map((row) => row.candidate.snapshotHash);
  for await (const { bytes } of streamSnapshots(hashes, signal)) yield unpackSnapshot(bytes);
}
