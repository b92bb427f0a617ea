import type { Alias } from '@/lib/contract/models.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { type DbOrTx, getDb } from '../db/connection.ts';
import { Refusal } from '../error.ts';
import { withJobs } from '../jobs/enqueue.ts';
import {
  type AliasMove,
  currentAliases,
  findAliased,
  insertAliasEvent,
  listChampionMoves,
  lockAliases,
} from '../repo/alias.ts';
import { writeAudit } from '../repo/audit.ts';
import { findVersion, setArchived, type VersionRow } from '../repo/model.ts';
import { countUnpredicted, deletePredictionsOfArchived } from '../repo/prediction.ts';
import { requireCompatible } from '../serving/compatible.ts';
import { formerOf } from './former-champion.ts';
import { promotionGate } from './gate.ts';
import { predictionBy, requireVersion } from './model.ts';

interface Move {
  readonly alias: Alias;
  readonly change: AliasMove['change'];
  readonly reason: string;
  readonly gateId?: number | null;
  /** Of the champion that this was decided in view of; null where there was none. */
  readonly championId?: number | null;
}

/**
 * Points an alias at a version and asks for the predictions that are missing. The log keeps who, why, and whether a gate
 * was passed or overridden; challenger and shadow need none, since nobody works by them.
 * @throws Refusal `conflict` where the version is archived or not made for this app, or is to be champion and has
 *   neither passed the gate nor is an override
 */
export async function promote(
  actor: Actor,
  { name, alias, reason, override }: { name: string; alias: Alias; reason: string; override: boolean },
): Promise<{ jobId: string | null }> {
  requireRole(actor, 'admin');
  const version = await requireVersion(name);
  const isChampion = alias === 'champion';
  const champion = await findAliased(getDb(), 'champion');
  const { gate, refusal } = isChampion ? await promotionGate(version) : { gate: null, refusal: null };
  if (refusal !== null && !override)
    throw new Refusal(
      'conflict',
      `${refusal} Run the gate, or promote it all the same by an override: your reason stays in the log.`,
    );
  return point(actor, version, {
    alias,
    change: refusal === null ? 'promotion' : 'override',
    reason,
    gateId: gate?.id ?? null,
    championId: champion?.id ?? null,
  });
}

/**
 * Makes a former champion champion again; it was in force before, so no gate is asked.
 * @param to any version that was champion; the one before this where none is named
 * @throws Refusal `conflict` where there is nothing to go back to
 */
export async function rollBack(
  actor: Actor,
  { to, reason }: { to?: string | undefined; reason: string },
): Promise<{ version: string; from: string; jobId: string | null }> {
  requireRole(actor, 'admin');
  const moves = await listChampionMoves(getDb());
  const current = moves.at(-1)?.version;
  const former = to === undefined ? formerOf(moves) : findFormer(moves, to);
  if (!current || !former)
    throw new Refusal(
      'conflict',
      to === undefined ? 'There is no former champion to go back to.' : `${to} was never champion.`,
    );
  if (former.id === current.id) throw new Refusal('conflict', `${former.name} is champion already.`);
  const { jobId } = await point(actor, former, {
    alias: 'champion',
    change: 'rollback',
    reason,
    championId: current.id,
  });
  return { version: former.name, from: current.name, jobId };
}

const findFormer = (moves: readonly AliasMove[], name: string): VersionRow | null =>
  moves.find(({ version }) => version.name === name)?.version ?? null;

async function point(actor: Actor, version: VersionRow, move: Move): Promise<{ jobId: string | null }> {
  requireCompatible(version);
  const { championId, ...event } = move;
  const isPredicted = (await countUnpredicted(version.id)) === 0;
  return withJobs(actor, async (tx, enqueue) => {
    await lockAliases(tx);
    await requireLive(tx, version);
    if (move.alias === 'champion') await requireStill(tx, championId ?? null);
    await insertAliasEvent(tx, { ...event, versionId: version.id, actor: actor.id });
    const { alias, change, reason } = move;
    await writeAudit(tx, actor, 'model.promote', version.name, { alias, change, reason });
    return { jobId: isPredicted ? null : await enqueue(predictionBy(version.name)) };
  });
}

async function requireLive(tx: DbOrTx, { name }: VersionRow): Promise<void> {
  if ((await findVersion(tx, name))?.archivedAt)
    throw new Refusal('conflict', `${name} is archived: restore it before an alias points at it.`);
}

/** A gate was passed against one champion, and a rollback leaves one: another is another matter. */
async function requireStill(tx: DbOrTx, championId: number | null): Promise<void> {
  const champion = await findAliased(tx, 'champion');
  if ((champion?.id ?? null) !== championId)
    throw new Refusal('conflict', `${champion?.name} has become champion meanwhile: look again.`);
}

/** Takes challenger or shadow away from its version. @throws Refusal `conflict` where it points at none */
export async function withdrawAlias(
  actor: Actor,
  { alias, reason }: { alias: Exclude<Alias, 'champion'>; reason: string },
): Promise<{ ok: true }> {
  requireRole(actor, 'admin');
  await getDb().$transaction(async (tx) => {
    const version = await findAliased(tx, alias);
    if (!version) throw new Refusal('conflict', `There is no ${alias}.`);
    await insertAliasEvent(tx, { alias, change: 'withdrawal', versionId: null, reason, actor: actor.id });
    await writeAudit(tx, actor, 'model.withdraw', version.name, { alias, reason });
  });
  return { ok: true };
}

/**
 * Puts a version out of the way; its predictions, a row a stored window, go with it and can be made again.
 * @throws Refusal `conflict` while an alias points at it
 */
export async function archiveVersion(actor: Actor, { name }: { name: string }): Promise<{ ok: true }> {
  requireRole(actor, 'admin');
  const version = await requireVersion(name);
  await getDb().$transaction(async (tx) => {
    await lockAliases(tx);
    await requireNoAlias(tx, version);
    if (version.archivedAt) return;
    await setArchived(tx, version.id, new Date());
    await writeAudit(tx, actor, 'model.archive', name, {});
  });
  await deletePredictionsOfArchived(version.id);
  return { ok: true };
}

async function requireNoAlias(tx: DbOrTx, { id, name }: VersionRow): Promise<void> {
  for (const [alias, versionId] of await currentAliases(tx))
    if (versionId === id)
      throw new Refusal(
        'conflict',
        alias === 'champion'
          ? `${name} is champion: promote another version or roll back before it is archived.`
          : `${name} is ${alias}: withdraw the alias before it is archived.`,
      );
}

/** Brings an archived version back. */
export async function restoreVersion(actor: Actor, { name }: { name: string }): Promise<{ ok: true }> {
  requireRole(actor, 'admin');
  const version = await requireVersion(name);
  await getDb().$transaction(async (tx) => {
    if (!version.archivedAt) return;
    await setArchived(tx, version.id, null);
    await writeAudit(tx, actor, 'model.restore', name, {});
  });
  return { ok: true };
}
