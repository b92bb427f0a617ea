import { type ClassId, classIndex } from '@/lib/contract/classes.ts';
import type { Dataset as DatasetJson } from '@/lib/contract/dataset.ts';
import { datasetPolicySchema, datasetSummarySchema } from '@/lib/contract/dataset.ts';
import type { Candidate, DatasetSeries, WeakKind } from '../dataset/candidate.ts';
import { type DbOrTx, getPool, type Prisma } from '../db/connection.ts';
import { MARKED } from './gold.ts';

/** The series that hold windows, in the order in which datasets number them. */
export async function listDatasetSeries(db: DbOrTx): Promise<DatasetSeries[]> {
  return db.series.findMany({
    where: { windows: { some: {} } },
    select: {
      id: true,
      venue: true,
      symbol: true,
      timeframe: true,
      timeframeMs: true,
      segmentGap: true,
      maxWindowGap: true,
      barsKey: true,
    },
    orderBy: [{ venue: 'asc' }, { symbol: 'asc' }, { timeframe: 'asc' }],
  });
}

export async function findRuleSet(db: DbOrTx, number: number): Promise<{ id: number; hash: string } | null> {
  return db.ruleSet.findUnique({ where: { number }, select: { id: true, hash: true } });
}

type CandidateRow = [
  id: string,
  seriesId: number,
  ts: number,
  hash: string,
  stale: boolean,
  kind: WeakKind | null,
  weakClass: string | null,
  poleKatr: number | null,
  weight: number | null,
];

/** Every stored window of one series with what the rule set says of it, oldest first; no snapshot is read. */
export async function listCandidates(seriesId: number, ruleSetId: number): Promise<Candidate[]> {
  const { rows } = await getPool().query<CandidateRow>({
    text: `SELECT w."id", w."seriesId", w."ts", w."snapshotHash", w."stale",
                  l."kind", l."weakClass", l."poleKatr", l."weight"
             FROM "Window" w
             LEFT JOIN "WeakLabel" l ON l."windowId" = w."id" AND l."ruleSetId" = $2
            WHERE w."seriesId" = $1
            ORDER BY w."ts", w."snapshotHash"`,
    values: [seriesId, ruleSetId],
    rowMode: 'array',
  });
  return rows.map(([windowId, series, ts, snapshotHash, stale, kind, weakClass, poleKatr, weight]) => ({
    windowId,
    seriesId: series,
    ts,
    snapshotHash,
    stale,
    weak:
      kind === null || weakClass === null
        ? null
        : { kind, class: knownClass(weakClass, windowId), poleKatr, naturalWeight: weight ?? 0 },
  }));
}

function knownClass(id: string, windowId: string): ClassId {
  if (classIndex(id as ClassId) < 0)
    throw new Error(`weak label "${id}" of window ${windowId} is in no class map`);
  return id as ClassId;
}

export interface GoldPlace {
  readonly seriesId: number;
  readonly ts: number;
  readonly snapshotHash: string;
}

/** Every window that is or may become gold: marked now, of the newest frozen version, or in a gold queue. */
export async function listGoldWindows(): Promise<GoldPlace[]> {
  const { rows } = await getPool().query<GoldPlace>(
    `SELECT DISTINCT w."seriesId", w."ts", w."snapshotHash"
       FROM (SELECT "windowId" FROM (${MARKED}) marked
             UNION SELECT "windowId" FROM "GoldWindow" WHERE "number" = (SELECT max("number") FROM "GoldVersion")
             UNION SELECT i."windowId" FROM "Queue" q JOIN "QueueItem" i ON i."queueId" = q."id" WHERE q."purpose" = 'gold') g
       JOIN "Window" w ON w."id" = g."windowId"`,
  );
  return rows;
}

export interface NewDataset {
  readonly name: string;
  readonly hash: string;
  readonly policy: Prisma.InputJsonValue;
  readonly summary: Prisma.InputJsonValue;
  readonly storageKey: string;
  readonly rows: number;
  readonly createdBy: string;
}

/** The pointer that makes a published folder a dataset; where the hash is known already, that dataset. */
export async function insertDataset(db: DbOrTx, dataset: NewDataset): Promise<DatasetJson> {
  return toJson(await db.dataset.upsert({ where: { hash: dataset.hash }, create: dataset, update: {} }));
}

export async function findDatasetByHash(
  db: DbOrTx,
  hash: string,
): Promise<(DatasetJson & { storageKey: string }) | null> {
  const row = await db.dataset.findUnique({ where: { hash } });
  return row && { ...toJson(row), storageKey: row.storageKey };
}

export async function findDataset(
  db: DbOrTx,
  id: number,
): Promise<(DatasetJson & { storageKey: string }) | null> {
  const row = await db.dataset.findUnique({ where: { id } });
  return row && { ...toJson(row), storageKey: row.storageKey };
}

export async function listDatasetRows(db: DbOrTx): Promise<DatasetJson[]> {
  return (await db.dataset.findMany({ orderBy: { id: 'desc' } })).map(toJson);
}

function toJson(row: {
  id: number;
  name: string;
  hash: string;
  rows: number;
  policy: unknown;
  summary: unknown;
  createdBy: string;
  createdAt: Date;
}): DatasetJson {
  return {
    id: row.id,
    name: row.name,
    hash: row.hash,
    rows: row.rows,
    policy: datasetPolicySchema.parse(row.policy),
    summary: datasetSummarySchema.parse(row.summary),
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
  };
}
