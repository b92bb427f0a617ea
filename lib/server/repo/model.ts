import type { Alias } from '@/lib/contract/models.ts';
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
  readonly createdAt: Date;
}

/** The same version may have been promoted several times over. */
const RECENT_PROMOTIONS = 20;
const classMapSchema = z.array(z.string());
type StoredVersion = Prisma.ModelVersionGetPayload<object>;
const toVersion = (row: StoredVersion): VersionRow => ({
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

export type NewVersion = Omit<VersionRow, 'id' | 'createdAt' | 'metrics'> & {
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

/** What each alias points to now. */
export async function currentAliases(db: DbOrTx): Promise<Map<Alias, number>> {
  const rows = await db.aliasEvent.findMany({
    distinct: ['alias'],
    orderBy: [{ alias: 'asc' }, { id: 'desc' }],
  });
  return new Map(rows.map(({ alias, versionId }) => [alias, versionId]));
}

export async function findAliased(db: DbOrTx, alias: Alias): Promise<VersionRow | null> {
  const newest = await db.aliasEvent.findFirst({
    where: { alias },
    orderBy: { id: 'desc' },
    include: { version: true },
  });
  return newest && toVersion(newest.version);
}

export async function listAliasEvents(db: DbOrTx) {
  return db.aliasEvent.findMany({
    orderBy: { id: 'desc' },
    include: { version: { select: { name: true } } },
  });
}

export async function insertAliasEvent(
  db: DbOrTx,
  event: { alias: Alias; versionId: number; reason: string; actor: string },
): Promise<void> {
  await db.aliasEvent.create({ data: event });
}

/** The champion and the one before it, newest first. */
export async function findChampions(db: DbOrTx): Promise<VersionRow[]> {
  const events = await db.aliasEvent.findMany({
    where: { alias: 'champion' },
    orderBy: { id: 'desc' },
    include: { version: true },
    take: RECENT_PROMOTIONS,
  });
  const distinct = new Map(events.map(({ version }) => [version.id, version]));
  return [...distinct.values()].slice(0, 2).map(toVersion);
}
