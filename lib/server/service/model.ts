import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { type Metrics, metricsSchema } from '@/lib/contract/metrics.ts';
import {
  ALIASES,
  type Alias,
  type AliasEventEntry,
  type ServedModel,
  type Version,
} from '@/lib/contract/models.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { getDb } from '../db/connection.ts';
import { notFound } from '../error.ts';
import { enqueueJob } from '../jobs/enqueue.ts';
import type { JobRequest } from '../jobs/job.ts';
import {
  currentAliases,
  findAliased,
  findChampionName,
  listAliasEvents,
  listChampionMoves,
} from '../repo/alias.ts';
import { findVersion, listVersionRows, type VersionRow } from '../repo/model.ts';
import { countPredicted } from '../repo/prediction.ts';
import type { ModelFile } from '../serving/session.ts';
import { storage } from '../storage.ts';
import { formerOf } from './former-champion.ts';

export async function listVersions(actor: Actor): Promise<{
  versions: Version[];
  log: AliasEventEntry[];
  formerChampion: string | null;
}> {
  requireRole(actor, 'admin');
  const db = getDb();
  const [rows, aliases, log, moves] = await Promise.all([
    listVersionRows(db),
    currentAliases(db),
    listAliasEvents(db),
    listChampionMoves(db),
  ]);
  const predicted = await countPredicted(rows.map(({ id }) => id));
  return {
    versions: rows.map((row) => toVersion(row, aliases, predicted)),
    log,
    formerChampion: formerOf(moves)?.name ?? null,
  };
}

/** Which file is champion, for pages that follow it. */
export async function championName(actor: Actor): Promise<{ version: string | null; sha256: string | null }> {
  requireRole(actor, 'analyst');
  const champion = await findChampionName(getDb());
  return { version: champion?.name ?? null, sha256: champion?.modelSha256 ?? null };
}

/** A version's metrics.json, whole. */
export async function getMetrics(actor: Actor, { name }: { name: string }): Promise<Metrics> {
  requireRole(actor, 'admin');
  return metricsSchema.parse((await requireVersion(name)).metrics);
}

/** The champion with all that a browser needs to run it; null before the first promotion. */
export async function servedModel(actor: Actor): Promise<{ model: ServedModel | null }> {
  requireRole(actor, 'analyst');
  const row = await findAliased(getDb(), 'champion');
  if (!row) return { model: null };
  const metrics = metricsSchema.parse(row.metrics);
  return {
    model: {
      version: row.name,
      sha256: row.modelSha256,
      bytes: row.modelBytes,
      url: `/api/v1/models/${row.name}/model.onnx`,
      featureSchema: row.featureSchema,
      classMap: row.classMap,
      temperatures: metrics.temp_scaling,
      biases: metrics.biases,
      thresholds: metrics.thresholds,
      quantisation: metrics.quantisation,
    },
  };
}

/** A version's ONNX file as a stream, with what an HTTP answer says of it. */
export async function openModelFile(
  actor: Actor,
  { name }: { name: string },
): Promise<{ sha256: string; bytes: number; stream: ReadableStream<Uint8Array> }> {
  requireRole(actor, 'analyst');
  const row = await requireVersion(name);
  const path = modelFileOf(row).path;
  if (!(await storage.exists(modelKey(row)))) throw notFound(`file of version ${name} in storage`);
  // Node's and the browser's declarations of one and the same class differ in their iterators.
  const stream = Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>;
  return { sha256: row.modelSha256, bytes: row.modelBytes, stream };
}

/** Asks for a version's missing predictions; two such jobs of one version run one after the other. */
export async function enqueuePrediction(actor: Actor, version: string): Promise<string> {
  return enqueueJob(actor, predictionBy(version));
}

/** The job that predicts what a version has not predicted. */
export const predictionBy = (version: string): JobRequest => ({
  kind: 'predict',
  title: `Predict with ${version}`,
  payload: { version },
  serialKey: `predict:${version}`,
});

/** @throws Refusal `not_found` */
export async function requireVersion(name: string): Promise<VersionRow> {
  const row = await findVersion(getDb(), name);
  if (!row) throw notFound(`model version ${name}`);
  return row;
}

export function modelFileOf(row: VersionRow): ModelFile {
  return {
    name: row.name,
    path: storage.path(modelKey(row)),
    sha256: row.modelSha256,
    featureSchema: row.featureSchema,
    classMap: row.classMap,
  };
}

const modelKey = (row: VersionRow): string => `${row.storageKey}/model.onnx`;

function toVersion(
  row: VersionRow,
  aliases: ReadonlyMap<Alias, number>,
  predicted: { total: number; by: ReadonlyMap<number, number> },
): Version {
  const metrics = metricsSchema.parse(row.metrics);
  const test = metrics.metrics.test;
  return {
    name: row.name,
    aliases: ALIASES.filter((alias) => aliases.get(alias) === row.id),
    archivedAt: row.archivedAt?.toISOString() ?? null,
    runId: row.runId,
    datasetHash: metrics.dataset_hash,
    featureSchema: row.featureSchema,
    modelSha256: row.modelSha256,
    modelBytes: row.modelBytes,
    createdAt: row.createdAt.toISOString(),
    test: { sampled: test?.all?.sampled ?? null, natural: test?.all?.natural ?? null },
    predicted: { windows: predicted.by.get(row.id) ?? 0, total: predicted.total },
  };
}
