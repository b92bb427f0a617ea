import type { JobPayload } from '@/lib/contract/job-payload.ts';
import type { Dataset, DatasetPolicy } from '@/lib/contract/train.ts';
import type { Quantisation } from '@/lib/core/image/quantisation.ts';
import type { Snapshot } from '@/lib/core/snapshot.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { unpackSnapshot } from '../bars/snapshot-bytes.ts';
import { readBars } from '../bars/store.ts';
import type { Candidate, DatasetRow, DatasetSeries, RecordLabel } from '../dataset/candidate.ts';
import { fitTrainingQuantisation } from '../dataset/fit-quantisation.ts';
import { type LabelledRows, labelRows, marketOf } from '../dataset/label-rows.ts';
import { sampleRows } from '../dataset/sample-rows.ts';
import { writeDataset } from '../dataset/write-dataset.ts';
import { getDb } from '../db/connection.ts';
import { notFound, Refusal } from '../error.ts';
import { enqueueJob } from '../jobs/enqueue.ts';
import type { JobContext } from '../jobs/job.ts';
import {
  findDataset,
  findDatasetByHash,
  findRuleSet,
  insertDataset,
  listCandidates,
  listDatasetRows,
  listDatasetSeries,
  listGoldWindows,
} from '../repo/dataset.ts';
import { streamSnapshots } from '../repo/snapshot-stream.ts';
import { storage } from '../storage.ts';
import { labelsOfRecord } from './record.ts';

/** Shares of the work before the images and before the end, for the progress bar. */
const FITTED = 0.15;
const WRITTEN = 0.95;

export async function listDatasets(actor: Actor): Promise<{ datasets: Dataset[] }> {
  requireRole(actor, 'admin');
  return { datasets: await listDatasetRows(getDb()) };
}

/** A dataset and the storage key of its folder. @throws Refusal `not_found` */
export async function getDataset(actor: Actor, id: number): Promise<Dataset & { storageKey: string }> {
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

export interface DatasetBuilt {
  readonly datasetId: number;
  readonly hash: string;
  readonly rows: number;
  /** True where the same dataset existed already. */
  readonly existed: boolean;
}

type StoredSeries = DatasetSeries & { readonly barsKey: string };
type DatasetJob = JobContext<JobPayload<'dataset'>>;

/**
 * Builds the dataset that a policy describes. The same policy over the same windows and labels gives the same hash,
 * and with it the dataset that exists already. Nothing is visible until all of it is.
 * @throws Refusal where there is nothing to train on, with what to do
 */
export async function runDatasetBuild(context: DatasetJob): Promise<DatasetBuilt> {
  const { actor, payload, signal, progress, log } = context;
  requireRole(actor, 'admin');
  const { policy } = payload;
  progress(0, 'reading windows and labels');
  const ruleSet = await findRuleSet(getDb(), policy.ruleSetNumber);
  if (!ruleSet) throw notFound(`rule set ${policy.ruleSetNumber}`);
  const series = await listDatasetSeries(getDb());
  const labelled = labelRows({
    policy,
    series: new Map(series.map((one) => [one.id, one])),
    candidates: await readCandidates(series, ruleSet.id, signal),
    records: await readRecords(actor, policy, signal),
    gold: await listGoldWindows(),
  });
  const rows = sampleRows(labelled.rows, policy, labelled.leftOut);
  requireTrainingRows(rows, labelled, policy);
  log(`${rows.length} of ${labelled.rows.length} labelled windows are in the sampled set`);

  const quantisation = await fitOver(seriesOfTraining(series, rows, policy), labelled, context);
  return storage.withScratch('dataset', async (folder) => {
    const { manifest, summary } = await writeDataset({
      folder,
      policy,
      ruleSetHash: ruleSet.hash,
      labelled,
      rows,
      quantisation,
      snapshots: readSnapshots(rows, signal),
      onRows: (done) =>
        progress(FITTED + ((WRITTEN - FITTED) * done) / rows.length, `${done} of ${rows.length} images`),
    });
    signal.throwIfAborted();
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
    for (const note of summary.notes) log(note);
    log(
      `dataset ${dataset.id}: ${dataset.rows} rows, ${dataset.hash}${existing ? ' (it existed already)' : ''}`,
    );
    return { datasetId: dataset.id, hash: dataset.hash, rows: dataset.rows, existed: existing !== null };
  });
}

async function readCandidates(
  series: readonly DatasetSeries[],
  ruleSetId: number,
  signal: AbortSignal,
): Promise<Candidate[]> {
  const all: Candidate[][] = [];
  for (const { id } of series) {
    signal.throwIfAborted();
    all.push(await listCandidates(id, ruleSetId));
  }
  return all.flat();
}

async function readRecords(
  actor: Actor,
  policy: DatasetPolicy,
  signal: AbortSignal,
): Promise<Map<string, RecordLabel>> {
  const records = new Map<string, RecordLabel>();
  if (policy.sources === 'weak') return records;
  for await (const { windowId, ...record } of labelsOfRecord(actor)) {
    signal.throwIfAborted();
    records.set(windowId, record);
  }
  return records;
}

function requireTrainingRows(
  rows: readonly DatasetRow[],
  { leftOut }: LabelledRows,
  policy: DatasetPolicy,
): void {
  const classes = new Set(rows.filter((row) => row.split === 'train').map((row) => row.label));
  if (classes.size >= 2) return;
  const found = classes.size === 0 ? 'no window' : `only windows of the class ${[...classes].join()}`;
  const reasons = [...leftOut].map(([reason, count]) => `${count} ${reason}`).join('; ');
  const remedy =
    policy.sources === 'record'
      ? 'Label more windows, or allow weak labels'
      : 'Scan more series, or older bars';
  throw new Refusal(
    'conflict',
    `There is nothing to train on: the training dates hold ${found}${reasons ? ` (left out: ${reasons})` : ''}. ${remedy}.`,
  );
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
