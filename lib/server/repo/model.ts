import { z } from '@/lib/contract/zod.ts';
import { type DbOrTx, getDb, type Prisma } from '../db/connection.ts';

/** A version as its row says; where its files lie is `storageKey`. */
export interface VersionRow {
  readonly id: number;
  readonly name: string;
  readonly runId: number | null;
  readonly storageKey: string;
  readonly modelSha256: string;
  readonly modelBytes: number;
  readonly featureSchema: number;
  readonly classMap: string[];
  readonly metrics: unknown;
  readonly goldenSha256: string | null;
  readonly archivedAt: Date | null;
  readonly createdAt: Date;
}

const classMapSchema = z.array(z.string());
type StoredVersion = Prisma.ModelVersionGetPayload<object>;
export const toVersion = (row: StoredVersion): VersionRow => ({
  ...row,
  classMap: classMapSchema.parse(row.classMap),
});

export async function findVersion(db: DbOrTx, name: string): Promise<VersionRow | null> {
  const row = await db.modelVersion.findUnique({ where: { name } });
  return row && toVersion(row);
}

export async function findVersionOfRun(db: DbOrTx, runId: number): Promise<VersionRow | null> {
  const row = await db.modelVersion.findUnique({ where: { runId } });
  return row && toVersion(row);
}

/** Newest first. */
export async function listVersionRows(db: DbOrTx): Promise<VersionRow[]> {
  return (await db.modelVersion.findMany({ orderBy: { id: 'desc' } })).map(toVersion);
}

export type NewVersion = Omit<VersionRow, 'id' | 'createdAt' | 'archivedAt' | 'metrics'> & {
  readonly metrics: Prisma.InputJsonValue;
};

/**
 * Registers a version under the next free name: v0_1_0, then one minor number more each time. Only one registration
 * at a time chooses a name.
 * @param publish is told the name, and puts the files in their place before the row that points to them is written
 */
export async function insertVersion(
  publish: (name: string) => Promise<Omit<NewVersion, 'name'>>,
): Promise<VersionRow> {
  return getDb().$transaction(
    async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('halyard model version'))`;
      const newest = await tx.modelVersion.findFirst({ orderBy: { id: 'desc' }, select: { name: true } });
      const name = nextName(newest?.name ?? null);
      return toVersion(await tx.modelVersion.create({ data: { name, ...(await publish(name)) } }));
    },
    { timeout: 60_000, maxWait: 60_000 },
  );
}

function nextName(newest: string | null): string {
  if (newest === null) return 'v0_1_0';
  const [major, minor] = newest.slice(1).split('_').map(Number);
  return `v${major}_${minor + 1}_0`;
}

/** @param at null brings an archived version back */
export async function setArchived(db: DbOrTx, id: number, at: Date | null): Promise<void> {
  await db.modelVersion.update({ where: { id }, data: { archivedAt: at } });
}
