import type { ALIAS_CHANGES, Alias, AliasEventEntry } from '@/lib/contract/models.ts';
import type { DbOrTx } from '../db/connection.ts';
import { namesOf } from './actor-name.ts';
import { toVersion, type VersionRow } from './model.ts';

/** The same version may have been promoted several times over. */
const RECENT_CHANGES = 20;

/** Until the transaction ends nobody else moves an alias or archives a version. */
export async function lockAliases(tx: DbOrTx): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('halyard aliases'))`;
}

/** What each alias points to now. */
export async function currentAliases(db: DbOrTx): Promise<Map<Alias, number>> {
  const rows = await db.aliasEvent.findMany({
    distinct: ['alias'],
    orderBy: [{ alias: 'asc' }, { id: 'desc' }],
  });
  return new Map(rows.flatMap(({ alias, versionId }) => (versionId === null ? [] : [[alias, versionId]])));
}

export async function findAliased(db: DbOrTx, alias: Alias): Promise<VersionRow | null> {
  const newest = await db.aliasEvent.findFirst({
    where: { alias },
    orderBy: { id: 'desc' },
    include: { version: true },
  });
  return newest?.version ? toVersion(newest.version) : null;
}

/** Which file is champion, without all else that a version is. */
export async function findChampionName(db: DbOrTx): Promise<{ name: string; modelSha256: string } | null> {
  const newest = await db.aliasEvent.findFirst({
    where: { alias: 'champion' },
    orderBy: { id: 'desc' },
    select: { version: { select: { name: true, modelSha256: true } } },
  });
  return newest?.version ?? null;
}

/** The newest first. */
export async function listAliasEvents(db: DbOrTx): Promise<AliasEventEntry[]> {
  const rows = await db.aliasEvent.findMany({
    orderBy: { id: 'desc' },
    include: { version: { select: { name: true } } },
  });
  const nameOf = await namesOf(
    db,
    rows.map(({ actor }) => actor),
  );
  return rows.map(({ alias, change, version, reason, actor, at }) => ({
    alias,
    change,
    version: version?.name ?? null,
    reason,
    actor: nameOf(actor),
    at: at.toISOString(),
  }));
}

export interface NewAliasEvent {
  readonly alias: Alias;
  readonly change?: (typeof ALIAS_CHANGES)[number];
  /** Null takes the alias away. */
  readonly versionId: number | null;
  readonly gateId?: number | null;
  readonly reason: string;
  readonly actor: string;
}

export async function insertAliasEvent(db: DbOrTx, event: NewAliasEvent): Promise<void> {
  await db.aliasEvent.create({ data: event });
}

/** One move of an alias to a version. */
export interface AliasMove {
  readonly change: (typeof ALIAS_CHANGES)[number];
  readonly version: VersionRow;
}

/** Everything that was champion, the oldest first. */
export async function listChampionMoves(db: DbOrTx): Promise<AliasMove[]> {
  const rows = await db.aliasEvent.findMany({
    where: { alias: 'champion' },
    orderBy: { id: 'asc' },
    include: { version: true },
  });
  return rows.flatMap(({ change, version }) => (version ? [{ change, version: toVersion(version) }] : []));
}

/** The champion and the one before it, newest first. */
export async function findChampions(db: DbOrTx): Promise<VersionRow[]> {
  const events = await db.aliasEvent.findMany({
    where: { alias: 'champion' },
    orderBy: { id: 'desc' },
    include: { version: true },
    take: RECENT_CHANGES,
  });
  const distinct = new Map(events.flatMap(({ version }) => (version ? [[version.id, version]] : [])));
  return [...distinct.values()].slice(0, 2).map(toVersion);
}
