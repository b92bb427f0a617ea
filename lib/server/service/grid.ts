import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import type { ClassId } from '@/lib/contract/classes.ts';
import type { Share } from '@/lib/contract/gold.ts';
import type { PageReceipt, ParsedPageInput } from '@/lib/contract/grid.ts';
import type { LabelItem } from '@/lib/contract/label.ts';
import { type Actor, requirePerson, requireRole } from '../auth/actor.ts';
import { getPool } from '../db/connection.ts';
import { inTransaction } from '../db/transaction.ts';
import { notFound, Refusal } from '../error.ts';
import { type AnnotationRow, listPageAnswers, listPageItems } from '../repo/annotation.ts';
import {
  countCaught,
  type GridPageRow,
  insertPage,
  listCatches,
  listStandingPages,
  lockPage,
  markPages,
  setCaught,
} from '../repo/grid-page.ts';
import { claimLeases, findLeases } from '../repo/lease.ts';
import { findQueue } from '../repo/queue.ts';
import { type Answer, answer, takeBack } from './answer.ts';
import { salt, shareOf, strew } from './gold.ts';
import { openLabelItems, shownAsOneOf } from './label-item.ts';
import { reasonForFewer } from './queue.ts';

/** Gold windows of another class for each window of a page: one in forty. */
const PLANTED = 1 / 40;
/** With fewer planted windows a rate says too little to send anything back. */
const ENOUGH_PLANTED = 8;
/** So many planted windows back a person is judged by. */
const JUDGED_BY = 40;

/**
 * Leases a page of windows that are suggested to be of one class. Among them are a few that gold knows to be of another,
 * shown like the rest: the share of these that a person notices tells how much their quick confirmations are worth.
 */
export async function claimPage(
  actor: Actor,
  {
    id,
    class: shownAs,
    size,
    holding,
  }: { id: number; class: ClassId; size: number; holding: readonly string[] },
): Promise<{ items: LabelItem[]; held: string[]; empty: string | null; catchRate: Share }> {
  requirePerson(actor);
  const queueId = id;
  const planted = await salt(size, PLANTED, { queueId, userId: actor.id, shownAs });
  const count = size - planted.length;
  const { held, taken } = await claimLeases({
    queueId,
    userId: actor.id,
    count,
    holding,
    hold: 'ready',
    lane: shownAs,
  });
  // A page of nothing but planted windows would be a test and no work.
  const items = taken.length === 0 ? [] : await openLabelItems(strew(taken, planted));
  const empty = taken.length < count ? await reasonForFewer(actor, id, taken.length) : null;
  return {
    items: items.map((item) => shownAsOneOf(item, shownAs)),
    held: [...held],
    empty,
    catchRate: await catchRateOf(getPool(), actor.id, queueId),
  };
}

/**
 * Records a page whole, once. Where the person has noticed too few of the planted windows lately, this page and those since
 * they were last measured go back to the queue.
 * @throws Refusal `conflict` for an id that holds another page, or an answer id that holds another answer
 */
export async function submitPage(actor: Actor, input: ParsedPageInput): Promise<PageReceipt> {
  requirePerson(actor);
  const queue = await findQueue(input.queueId);
  if (!queue) throw notFound(`queue ${input.queueId}`);
  return inTransaction(async (client) => {
    const { id, queueId, elapsedMs } = input;
    const added = await insertPage(client, {
      id,
      queueId,
      userId: actor.id,
      suggestedClass: input.class,
      cells: input.answers.length,
      elapsedMs,
      answeredAt: new Date(input.answeredAt),
    });
    if (!added) return receiptOf(client, await samePage(client, actor, input));
    const rows = await record(client, actor, input);
    const planted = rows.filter(({ gold }) => gold);
    const missed = planted.filter(({ label }) => label === input.class);
    await setCaught(client, id, planted.length, planted.length - missed.length);
    const returned = missed.length > 0 ? await returnPages(client, actor.id, queueId, queue.catchFloor) : [];
    return { catchRate: await catchRateOf(client, actor.id, queueId), returned };
  });
}

/** In the order of windows, so that two pages that share some wait for each other instead of deadlocking. */
async function record(client: pg.PoolClient, actor: Actor, input: ParsedPageInput): Promise<AnnotationRow[]> {
  const answers = input.answers
    .filter((one): one is Answer => one.kind !== 'retraction')
    .sort((a, b) => (a.windowId < b.windowId ? -1 : 1));
  const rows: AnnotationRow[] = [];
  for (const one of answers) rows.push(await answer(client, actor, one, input.id));
  return rows;
}

async function samePage(client: pg.PoolClient, actor: Actor, input: ParsedPageInput): Promise<GridPageRow> {
  const page = await lockPage(client, input.id);
  const same =
    page &&
    page.userId === actor.id &&
    page.queueId === input.queueId &&
    page.suggestedClass === input.class &&
    page.cells === input.answers.length;
  if (!same) throw new Refusal('conflict', `Page ${input.id} is stored already with other content.`);
  // Each answer says itself whether it is the one that was stored.
  await record(client, actor, input);
  return page;
}

async function receiptOf(client: pg.PoolClient, page: GridPageRow): Promise<PageReceipt> {
  return {
    catchRate: await catchRateOf(client, page.userId, page.queueId),
    returned: page.returned ? [page.id] : [],
  };
}

async function catchRateOf(
  db: Pick<pg.PoolClient, 'query'>,
  userId: string,
  queueId: number,
): Promise<Share> {
  const { caught, gold } = await countCaught(db, userId, queueId);
  return shareOf(caught, gold);
}

/** Sends the person's latest pages back where they noticed a smaller share of the planted windows than the floor. */
async function returnPages(
  client: pg.PoolClient,
  userId: string,
  queueId: number,
  floor: number,
): Promise<string[]> {
  const pages = await listStandingPages(client, userId, queueId);
  let gold = 0;
  let caught = 0;
  const judged: string[] = [];
  for (const page of pages) {
    if (gold >= JUDGED_BY) break;
    gold += page.goldCells;
    caught += page.caught;
    judged.push(page.id);
  }
  if (gold < ENOUGH_PLANTED || caught / gold >= floor) return [];
  await retractAnswers(client, userId, judged, new Date(), 'to the queue');
  await markPages(client, judged, 'returnedAt');
  return judged;
}

/** Takes a page back; called again it answers the same. */
export async function retractPage(
  actor: Actor,
  { id, answeredAt }: { id: string; answeredAt: string },
): Promise<{ items: LabelItem[] }> {
  requirePerson(actor);
  const { itemIds, shownAs } = await inTransaction(async (client) => {
    const page = await lockPage(client, id);
    if (!page) throw notFound(`page ${id}`);
    if (page.userId !== actor.id)
      throw new Refusal('conflict', `Page ${id} is someone else's: only they can take it back.`);
    if (page.returned) throw new Refusal('conflict', `Page ${id} has gone back to the queue already.`);
    await retractAnswers(client, actor.id, [id], new Date(answeredAt), 'in hand');
    if (!page.retracted) await markPages(client, [id], 'retractedAt');
    return { itemIds: await listPageItems(client, id), shownAs: page.suggestedClass };
  });
  const items = await openLabelItems(await findLeases(actor.id, itemIds));
  return { items: items.map((item) => shownAsOneOf(item, shownAs)) };
}

async function retractAnswers(
  client: pg.PoolClient,
  userId: string,
  pageIds: readonly string[],
  at: Date,
  then: 'in hand' | 'to the queue',
): Promise<void> {
  const answers = await listPageAnswers(client, pageIds);
  for (const { id: retractsId, windowId, itemId } of answers) {
    const input = {
      kind: 'retraction' as const,
      id: uuidv7(),
      windowId,
      itemId,
      retractsId,
      elapsedMs: 0,
      answeredAt: at.toISOString(),
    };
    await takeBack(client, userId, input, then);
  }
}

/** What each person noticed on the pages of a queue. */
export async function catchRates(actor: Actor, { id }: { id: number }) {
  requireRole(actor, 'reviewer');
  if (!(await findQueue(id))) throw notFound(`queue ${id}`);
  const rows = await listCatches(id);
  return { people: rows.map(({ gold, caught, ...row }) => ({ ...row, catchRate: shareOf(caught, gold) })) };
}
