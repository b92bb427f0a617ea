import type { Annotation, LabelItem, ParsedAnnotationInput } from '@/lib/contract/label.ts';
import { annotationSchema } from '@/lib/contract/label.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { notFound, Refusal } from '../error.ts';
import { type AnnotationRow, listStanding } from '../repo/annotation.ts';
import { claimLeases, endLeases, findLease, findLive, prolongLeases } from '../repo/lease.ts';
import { findQueue } from '../repo/queue.ts';
import { recordAnswer } from './answer.ts';
import { openLabelItems } from './label-item.ts';
import { whyEmpty } from './queue.ts';

/** Windows are put into the hands of people who sign in; a command line has none. */
function requirePerson(actor: Actor): void {
  requireRole(actor, 'analyst');
  if (actor.kind === 'operator') {
    throw new Refusal('forbidden', 'Labels belong to a person: sign in to give one.');
  }
}

/**
 * Leases the next windows of a queue to this person: first those they hold but do not name, then on from their cursor,
 * then what came back behind it. While leases live, no window is in more hands than the queue's overlap leaves room for.
 */
export async function claimItems(
  actor: Actor,
  { id, count, holding }: { id: number; count: number; holding: readonly string[] },
): Promise<{ items: LabelItem[]; held: string[]; empty: string | null }> {
  requirePerson(actor);
  const queue = await findQueue(id);
  if (!queue) throw notFound(`queue ${id}`);
  const held = await findLive(actor.id, holding);
  const leases = queue.paused
    ? []
    : await claimLeases({ queueId: id, overlap: queue.overlap, userId: actor.id, count, holding });
  const items = await openLabelItems(leases);
  return { items, held, empty: items.length < count ? await whyEmpty(queue) : null };
}

/** Keeps leases alive; those not in `held` have ended and may have gone to someone else. */
export async function renewLeases(
  actor: Actor,
  { leaseIds }: { leaseIds: readonly string[] },
): Promise<{ held: string[]; expiresAt: string }> {
  requirePerson(actor);
  const { held, expiresAt } = await prolongLeases(actor.id, leaseIds);
  return { held, expiresAt: expiresAt.toISOString() };
}

/** Gives windows back unanswered; leases of others are left alone. */
export async function releaseLeases(
  actor: Actor,
  { leaseIds }: { leaseIds: readonly string[] },
): Promise<{ ok: true }> {
  requirePerson(actor);
  await endLeases(actor.id, leaseIds);
  return { ok: true };
}

/**
 * Records a label, a skip or a retraction exactly once: the same id with the same content answers the same again.
 * A retraction puts the window back into the person's hands, unless others have filled its place meanwhile.
 * @throws Refusal `conflict` for an id that holds another answer, or a retraction of what is not there to be taken back
 */
export async function annotate(
  actor: Actor,
  input: ParsedAnnotationInput,
): Promise<{ annotation: Annotation; item: LabelItem | null; reason: string | null }> {
  requirePerson(actor);
  const row = await recordAnswer(actor.id, input);
  const annotation = toAnnotation(row);
  if (row.kind !== 'retraction') return { annotation, item: null, reason: null };
  if (row.itemId === null) {
    return { annotation, item: null, reason: 'The answer is taken back; its window is in no queue.' };
  }
  const lease = await findLease(actor.id, row.itemId);
  const [item] = lease ? await openLabelItems([lease]) : [];
  return item
    ? { annotation, item, reason: null }
    : {
        annotation,
        item: null,
        reason: 'The answer is taken back; its window has gone to someone else meanwhile.',
      };
}

/** A person's own answers in a queue that stand, newest first: what undo walks back. */
export async function myAnswers(
  actor: Actor,
  { queueId, limit }: { queueId: number; limit: number },
): Promise<{ answers: Annotation[] }> {
  requirePerson(actor);
  return { answers: (await listStanding(actor.id, queueId, limit)).map(toAnnotation) };
}

function toAnnotation(row: AnnotationRow): Annotation {
  return annotationSchema.parse({ ...row, answeredAt: row.answeredAt.toISOString() });
}
