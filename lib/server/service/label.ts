import type { ClassId } from '@/lib/contract/classes.ts';
import { classIdSchema } from '@/lib/contract/common.ts';
import type {
  Annotation,
  Hold,
  LabelItem,
  OwnAnswer,
  OwnAnswers,
  ParsedAnnotationInput,
} from '@/lib/contract/label.ts';
import { annotationSchema, ownAnswerSchema } from '@/lib/contract/label.ts';
import { type Actor, requirePerson } from '../auth/actor.ts';
import { type AnnotationRow, listOwnAnswers, listStanding } from '../repo/annotation.ts';
import { findFeedback } from '../repo/gold.ts';
import { claimLeases, endLeases, findLeases, prolongLeases } from '../repo/lease.ts';
import { recordAnswer } from './answer.ts';
import { salt, strew } from './gold.ts';
import { openLabelItems, shownAsOneOf } from './label-item.ts';
import { reasonForFewer } from './queue.ts';

/**
 * Leases the next windows of a queue to this person: first those they hold but do not name, then on from their cursor,
 * then what came back behind it. While leases live, no window is in more hands than the queue's overlap leaves room for,
 * and nobody gets a window after a later one that shares bars with it.
 */
export async function claimItems(
  actor: Actor,
  { id, count, holding, hold }: { id: number; count: number; holding: readonly string[]; hold: Hold },
): Promise<{ items: LabelItem[]; held: string[]; empty: string | null }> {
  requirePerson(actor);
  const claimed = await claimLeases({ queueId: id, userId: actor.id, count, holding, hold, lane: null });
  const { held, taken, goldShare } = claimed;
  // Into a reserve too, which is worked off in minutes; a test that is taken half a day later tests another day.
  const planted =
    goldShare && hold !== 'offline'
      ? await salt(taken.length, goldShare, { queueId: id, userId: actor.id, shownAs: null })
      : [];
  const items = await openLabelItems(strew(taken, planted));
  return {
    items,
    held: [...held],
    empty: taken.length < count ? await reasonForFewer(actor, id, taken.length) : null,
  };
}

/** Keeps leases alive; those not in `held` have ended and may have gone to someone else. */
export async function renewLeases(
  actor: Actor,
  { leaseIds, ready }: { leaseIds: readonly string[]; ready: readonly string[] },
): Promise<{ held: string[]; expiresAt: string }> {
  requirePerson(actor);
  const { held, expiresAt } = await prolongLeases(actor.id, leaseIds, ready);
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
): Promise<{ annotation: Annotation; item: LabelItem | null; reason: string | null; gold: ClassId | null }> {
  requirePerson(actor);
  const row = await recordAnswer(actor, input);
  const annotation = toAnnotation(row);
  if (row.kind !== 'retraction') {
    return {
      annotation,
      item: null,
      reason: null,
      gold: row.gold && row.itemId ? await findFeedback(row.itemId) : null,
    };
  }
  if (row.itemId === null) {
    return {
      annotation,
      item: null,
      reason: 'The answer is taken back; its window is in no queue.',
      gold: null,
    };
  }
  const [item] = await openLabelItems(await findLeases(actor.id, [row.itemId]));
  return item
    ? { annotation, item: row.pageId === null ? item : shownAsBefore(item, row), reason: null, gold: null }
    : {
        annotation,
        item: null,
        reason: 'The answer is taken back; its window has gone to someone else meanwhile.',
        gold: null,
      };
}

/** A window of a page looks as it did there. */
function shownAsBefore(item: LabelItem, { suggestedClass }: AnnotationRow): LabelItem {
  return shownAsOneOf(item, classIdSchema.parse(suggestedClass));
}

/** A person's own answers in a queue that stand, newest first: what undo walks back. */
export async function myAnswers(
  actor: Actor,
  { queueId, limit }: { queueId: number; limit: number },
): Promise<{ answers: Annotation[] }> {
  requirePerson(actor);
  return { answers: (await listStanding(actor.id, queueId, limit)).map(toAnnotation) };
}

/** All that a person has answered, newest first, a page at a time. */
export async function ownAnswers(
  actor: Actor,
  { only, after, limit }: { only?: OwnAnswers; after?: string; limit: number },
): Promise<{ answers: OwnAnswer[]; more: boolean }> {
  requirePerson(actor);
  const rows = await listOwnAnswers(actor.id, { only: only ?? null, after: after ?? null, limit: limit + 1 });
  const answers = rows.slice(0, limit).map((row) =>
    ownAnswerSchema.parse({
      ...row,
      suggestedClass: row.blind ? null : row.suggestedClass,
      answeredAt: row.answeredAt.toISOString(),
      retractedAt: row.retractedAt?.toISOString() ?? null,
    }),
  );
  return { answers, more: rows.length > limit };
}

function toAnnotation(row: AnnotationRow): Annotation {
  // What was hidden stays hidden: a blind answer may be taken back and given again.
  const suggestedClass = row.blind ? null : row.suggestedClass;
  return annotationSchema.parse({ ...row, suggestedClass, answeredAt: row.answeredAt.toISOString() });
}
