import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import type { ClassId } from '@/lib/contract/classes.ts';
import type { ParsedAnnotationInput } from '@/lib/contract/label.ts';
import { measureFlag } from '@/lib/core/rule/flag-marks.ts';
import { openSnapshot } from '@/lib/core/snapshot.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { unpackSnapshot } from '../bars/snapshot-bytes.ts';
import { inTransaction } from '../db/transaction.ts';
import { notFound, Refusal } from '../error.ts';
import {
  type AnnotationRow,
  findAnnotation,
  findSpan,
  insertAnnotation,
  itemHands,
  type LockedItem,
  lockItem,
  noteServed,
  settleItem,
} from '../repo/annotation.ts';
import { leaseItem } from '../repo/lease.ts';
import { findWindowsWithSnapshot } from '../repo/window.ts';
import { adjudicate, settleRecord } from './record.ts';

export type Answer = Exclude<ParsedAnnotationInput, { kind: 'retraction' }>;
type Retraction = Extract<ParsedAnnotationInput, { kind: 'retraction' }>;

/**
 * Writes one answer in one transaction that holds its item's row throughout, so that two answers to an item, or an answer
 * and a claim, come one after the other.
 * @returns the row as stored, now or by an earlier try
 */
export function recordAnswer(actor: Actor, input: ParsedAnnotationInput): Promise<AnnotationRow> {
  return inTransaction((client) =>
    input.kind === 'retraction'
      ? takeBack(client, actor.id, input, 'in hand')
      : answer(client, actor, input, null),
  );
}

/**
 * A label counts towards the overlap when its person still holds the item, or when there is room for one more answer
 * beside those given and those in other hands. Otherwise it is kept as surplus, as is a second label by the same person.
 * A skip never counts: the item stays open for others, and is not served to this person again. A gold window is a test:
 * its answer counts towards nothing.
 * @param pageId of the grid page it was given on
 * @throws Refusal `not_found` where the item is another window's, or the window is not there
 */
export async function answer(
  client: pg.PoolClient,
  actor: Actor,
  input: Answer,
  pageId: string | null,
): Promise<AnnotationRow> {
  const userId = actor.id;
  // An item that was dropped while its answer was on the way (its bars were restated) is null too: the answer is kept.
  const item = input.itemId === null ? null : await lockItem(client, input.itemId);
  if (item && item.windowId !== input.windowId) {
    throw notFound(`item ${input.itemId} with window ${input.windowId}`);
  }
  if (item?.purpose === 'review') requireRole(actor, 'reviewer');
  const span = item ?? (await findSpan(client, input.windowId));
  if (!span) throw notFound(`window ${input.windowId}`);
  const knew = await noteServed(client, userId, span);
  const hands = item && (await itemHands(client, item.id, userId));
  const hasPlace =
    !item || !hands || (!hands.counted && (hands.held || item.answered + hands.others < item.overlap));
  const row: AnnotationRow = {
    ...common(userId, input),
    label: input.kind === 'label' ? input.label : null,
    skipReason: input.kind === 'skip' ? input.skipReason : null,
    sawFuture: input.kind === 'label' && (input.sawFuture || knew),
    blind: item?.blind ?? false,
    gold: item?.gold ?? false,
    pageId,
    ...(await measured(client, input)),
    suggestedClass: item?.suggestedClass ?? null,
    itemId: item?.id ?? null,
    retractsId: null,
    surplus: !hasPlace,
  };
  const stored = await insertAnnotation(client, row);
  if (stored === null) return sameAnswer(client, row, input.kind === 'label' && input.sawFuture);
  if (item) {
    const counts = row.kind === 'label' && !row.surplus;
    await settleItem(client, item, item.answered + (counts ? 1 : 0), userId);
  }
  if (input.kind === 'label' && !row.gold)
    await settleLabel(client, row, input.label, item?.purpose === 'review');
  return stored;
}

/** What the team stands by after a label: a reviewer's word in a review queue, elsewhere what people agree on. */
async function settleLabel(
  client: pg.PoolClient,
  row: AnnotationRow,
  label: ClassId,
  isReview: boolean,
): Promise<void> {
  const { id: annotationId, windowId, userId: reviewerId, note, sawFuture } = row;
  if (isReview) await adjudicate(client, { windowId, label, annotationId, reviewerId, note, sawFuture });
  else await settleRecord(client, windowId, annotationId, null);
}

/**
 * A retraction makes the item wanted again and puts it back into the person's hands. A surplus label or a skip held no
 * place, so there the item comes back only where there is room.
 * @param then whether the window goes back into the person's hands, or to whoever comes next
 */
export async function takeBack(
  client: pg.PoolClient,
  userId: string,
  input: Retraction,
  then: 'in hand' | 'to the queue',
): Promise<AnnotationRow> {
  const target = await findAnnotation(client, input.retractsId);
  if (!target) throw notFound(`answer ${input.retractsId} to take back`);
  if (target.userId !== userId) {
    throw new Refusal('conflict', `Answer ${target.id} is someone else's: only they can take it back.`);
  }
  if (target.kind === 'retraction') {
    throw new Refusal('conflict', `${target.id} is itself a retraction: answer the window again instead.`);
  }
  if (target.windowId !== input.windowId) {
    throw new Refusal(
      'conflict',
      `Answer ${target.id} is of window ${target.windowId}, not ${input.windowId}.`,
    );
  }
  const item = target.itemId === null ? null : await lockItem(client, target.itemId);
  const row: AnnotationRow = {
    ...common(userId, input),
    label: null,
    skipReason: null,
    sawFuture: false,
    marks: null,
    poleKatr: null,
    blind: target.blind,
    gold: target.gold,
    pageId: target.pageId,
    suggestedClass: target.suggestedClass,
    itemId: target.itemId,
    retractsId: target.id,
    surplus: false,
  };
  const stored = await insertAnnotation(client, row);
  if (stored === null) return sameAnswer(client, row, false);
  if (item) await giveBack(client, item, target, userId, then);
  if (target.kind === 'label' && !target.gold) await settleRecord(client, row.windowId, row.id, target.id);
  return stored;
}

async function giveBack(
  client: pg.PoolClient,
  item: LockedItem,
  target: AnnotationRow,
  userId: string,
  then: 'in hand' | 'to the queue',
): Promise<void> {
  const counted = target.kind === 'label' && !target.surplus;
  const answered = item.answered - (counted ? 1 : 0);
  const { others } = await itemHands(client, item.id, userId);
  await settleItem(client, item, answered, userId);
  if (then === 'in hand' && answered + others < item.overlap) await leaseItem(client, item.id, userId);
}

/**
 * Where a person put pole and consolidation, and how high their pole is.
 * @throws Refusal `invalid` where the closes at its ends are the same
 */
async function measured(
  client: pg.PoolClient,
  input: Answer,
): Promise<Pick<AnnotationRow, 'marks' | 'poleKatr'>> {
  const marks = input.kind === 'label' ? (input.marks ?? null) : null;
  if (marks === null) return { marks, poleKatr: null };
  const [stored] = await findWindowsWithSnapshot([input.windowId], client);
  if (!stored) throw notFound(`window ${input.windowId}`);
  const opened = openSnapshot(unpackSnapshot(stored.bytes));
  const { direction, poleKatr } = measureFlag(opened, opened.t, marks);
  if (direction === 0) {
    const { start, end } = marks.pole;
    const message = `the close at bar ${end} is that before bar ${start}: a pole has a height`;
    throw new Refusal('invalid', `The pole cannot be stored: ${message}.`, [{ path: 'marks.pole', message }]);
  }
  return { marks, poleKatr };
}

function common(userId: string, input: ParsedAnnotationInput) {
  const { id, windowId, kind, note, elapsedMs, answeredAt, guideVersion } = input;
  return {
    id,
    userId,
    windowId,
    kind,
    note: note ?? null,
    guideVersion: guideVersion ?? null,
    elapsedMs,
    answeredAt: new Date(answeredAt),
  };
}

/** What a person said, without what the server found about it; `sawFuture` may be either. */
const SAID = [
  'userId',
  'windowId',
  'itemId',
  'kind',
  'label',
  'skipReason',
  'note',
  'retractsId',
  'pageId',
  'elapsedMs',
  'marks',
] as const;

/** The earlier row of this id, where it says the same. @throws Refusal `conflict` where it does not */
async function sameAnswer(
  client: pg.PoolClient,
  row: AnnotationRow,
  saidFuture: boolean,
): Promise<AnnotationRow> {
  const earlier = await findAnnotation(client, row.id);
  if (!earlier) throw new Refusal('conflict', `Answer ${row.retractsId} was taken back before.`);
  const differs =
    SAID.find((field) => !isDeepStrictEqual(earlier[field], row[field])) ??
    (saidFuture && !earlier.sawFuture ? 'sawFuture' : undefined) ??
    (earlier.answeredAt.getTime() === row.answeredAt.getTime() ? undefined : 'answeredAt');
  if (differs !== undefined) {
    throw new Refusal('conflict', `Answer ${row.id} is stored already with another ${differs}.`);
  }
  return earlier;
}
