import { checkFoundSchema, type DatasetCheck } from '@/lib/contract/dataset-check.ts';
import { z } from '@/lib/contract/zod.ts';
import type { DbOrTx } from '../db/connection.ts';

const checksSchema = z.array(checkFoundSchema);

export type NewCheck = Omit<DatasetCheck, 'id' | 'createdAt'> & { readonly datasetId: number };

export async function insertCheck(db: DbOrTx, check: NewCheck): Promise<number> {
  const { id } = await db.datasetCheck.create({ data: check, select: { id: true } });
  return id;
}

/** The newest checks of a dataset first, at most `limit`. */
export async function listChecks(db: DbOrTx, datasetId: number, limit: number): Promise<DatasetCheck[]> {
  const rows = await db.datasetCheck.findMany({ where: { datasetId }, orderBy: { id: 'desc' }, take: limit });
  return rows.map(({ id, version, cosine, checks, createdBy, createdAt }) => ({
    ...{ id, version, cosine, createdBy },
    checks: checksSchema.parse(checks),
    createdAt: createdAt.toISOString(),
  }));
}
