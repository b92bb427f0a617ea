import type { DbOrTx } from '../db/connection.ts';

export interface CurveRow {
  readonly id: number;
  readonly datasetId: number;
  readonly datasetName: string;
  readonly preset: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  /** What its runs measured, by run. */
  readonly measured: ReadonlyMap<number, unknown>;
}

export async function insertCurve(
  db: DbOrTx,
  curve: { datasetId: number; preset: string; createdBy: string },
): Promise<number> {
  return (await db.learningCurve.create({ data: curve, select: { id: true } })).id;
}

/** Newest first. */
export async function listCurveRows(db: DbOrTx, limit: number): Promise<CurveRow[]> {
  const rows = await db.learningCurve.findMany({
    include: { dataset: { select: { name: true } }, runs: { select: { id: true, measured: true } } },
    orderBy: { id: 'desc' },
    take: limit,
  });
  return rows.map(({ dataset, runs, ...row }) => ({
    ...row,
    datasetName: dataset.name,
    measured: new Map(runs.map(({ id, measured }) => [id, measured])),
  }));
}
