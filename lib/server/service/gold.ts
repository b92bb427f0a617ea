import { CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';
import type { Gold, Share } from '@/lib/contract/gold.ts';
import { wilsonInterval } from '@/lib/core/metrics/interval.ts';
import { type Actor, requirePerson, requireRole } from '../auth/actor.ts';
import { getPool } from '../db/connection.ts';
import { inTransaction } from '../db/transaction.ts';
import { notFound, Refusal } from '../error.ts';
import {
  countGold,
  countGoldAnswers,
  findGoldCandidate,
  freezeMarks,
  type GoldScore,
  insertGoldMark,
  leaseGold,
  type Salting,
} from '../repo/gold.ts';

/** A share with its interval. */
export function shareOf(hits: number, trials: number): Share {
  const interval = wilsonInterval(hits, trials);
  return { hits, trials, low: interval?.low ?? null, high: interval?.high ?? null };
}

/**
 * Marks a window as gold, or takes the mark back. What people and models are measured on changes with the next version.
 * @throws Refusal `conflict` where its label was given with later bars in view, or its bars have been restated since
 */
export async function markGold(
  actor: Actor,
  { id, label, note }: { id: string; label: ClassId | null; note: string | null },
): Promise<{ before: ClassId | null }> {
  requirePerson(actor, 'reviewer');
  const candidate = await findGoldCandidate(getPool(), id);
  if (!candidate) throw notFound(`window ${id}`);
  if (label !== null && candidate.sawFuture) {
    throw new Refusal('conflict', 'This window was labelled with later bars in view, so it cannot be gold.');
  }
  if (label !== null && candidate.stale) {
    throw new Refusal(
      'conflict',
      'The bars of this window have been restated since: mark the window that took its place.',
    );
  }
  return { before: await insertGoldMark(getPool(), { windowId: id, label, note, userId: actor.id }) };
}

/** @throws Refusal `conflict` where the last version holds just what is marked */
export async function freezeGold(
  actor: Actor,
  { note }: { note: string | null },
): Promise<{ number: number; windows: number }> {
  requireRole(actor, 'reviewer');
  const version = await inTransaction((client) => freezeMarks(client, { note, createdBy: actor.id }));
  if (!version) throw new Refusal('conflict', 'No mark was added or taken back since the last version.');
  return version;
}

export async function getGold(actor: Actor): Promise<Gold> {
  requireRole(actor, 'reviewer');
  const [{ marked, versions }, scores] = await Promise.all([countGold(), countGoldAnswers()]);
  const people = [...new Set(scores.map(({ person }) => person))];
  return {
    marked,
    versions: versions.map((version) => ({ ...version, at: version.at.toISOString() })),
    people: people.map((person) => {
      const own = scores.filter((score) => score.person === person);
      const of = (part: readonly GoldScore[]) =>
        shareOf(total(part.filter(({ label, given }) => label === given)), total(part));
      const met = CLASS_IDS.filter((id) => own.some(({ label }) => label === id));
      return {
        person,
        all: of(own),
        byClass: Object.fromEntries(met.map((id) => [id, of(own.filter(({ label }) => label === id))])),
      };
    }),
  };
}

const total = (scores: readonly GoldScore[]) => scores.reduce((sum, { n }) => sum + n, 0);

/** Draws how many gold windows go with `served` others, and leases them; most often none. */
export async function salt(
  served: number,
  share: number,
  salting: Omit<Salting, 'count'>,
  random: () => number = Math.random,
): Promise<string[]> {
  let count = 0;
  for (let i = 0; i < served; i++) if (random() < share) count++;
  return count === 0 ? [] : leaseGold({ ...salting, count });
}

/** `few` at random places among `many`, which keep their order. */
export function strew<T>(many: readonly T[], few: readonly T[], random: () => number = Math.random): T[] {
  const all = [...many];
  for (const one of few) all.splice(Math.floor(random() * (all.length + 1)), 0, one);
  return all;
}
