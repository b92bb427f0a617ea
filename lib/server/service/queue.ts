import { CLASS_IDS, type ClassId, classIndex } from '@/lib/contract/classes.ts';
import type { QueueProgress } from '@/lib/contract/label.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { getPool } from '../db/connection.ts';
import { inTransaction } from '../db/transaction.ts';
import { notFound } from '../error.ts';
import { readPace } from '../repo/annotation.ts';
import {
  adoptRuleSet,
  countQueue,
  findDefaultQueue,
  findQueue,
  holdQueues,
  insertDefaultQueue,
  listQueueRows,
  type QueueRow,
  queueIsEmpty,
} from '../repo/queue.ts';
import {
  dropStale,
  isFilled,
  placeItems,
  readFillable,
  readPlacedBefore,
  servedTo,
} from '../repo/queue-fill.ts';
import { keepFor } from './keep-for.ts';
import { orderQueue, SPACING } from './queue-order.ts';

const DEFAULT_NAME = 'Seeds round 1 · confirm';
const DEFAULT_TARGET = 2_000;
const DEFAULT_SEED = 1;
const DEFAULT_RULE_SET = 1;
/** So many windows after the last served one keep their place while the rest is mixed anew: people go on meanwhile. */
const KEPT_AHEAD = 1_000;

type PerClass = Record<ClassId, number>;
const perClass = (value: (id: ClassId) => number) =>
  Object.fromEntries(CLASS_IDS.map((id) => [id, value(id)])) as PerClass;

/** The queue everybody starts with, made if there is none; it is empty until `refillQueue`. */
export async function ensureDefaultQueue(actor: Actor): Promise<{ id: number }> {
  requireRole(actor, 'admin');
  return inTransaction(async (client) => {
    await holdQueues(client);
    const { id } =
      (await findDefaultQueue(client)) ??
      (await insertDefaultQueue(client, {
        name: DEFAULT_NAME,
        ruleSetNumber: DEFAULT_RULE_SET,
        overlap: 1,
        targets: perClass(() => DEFAULT_TARGET),
        seed: DEFAULT_SEED,
        createdBy: actor.id,
      }));
    return { id };
  });
}

/**
 * Puts every window that the queue's rule set keeps and the queue lacks into it, and mixes them with those that nobody
 * has come near yet. What was served stays where it was; nothing is ever in a queue twice; with nothing new, nothing
 * changes. About 10 s for 300,000 windows.
 * @returns how many windows are new in the queue
 */
export async function refillQueue(actor: Actor, { id }: { id: number }): Promise<{ added: number }> {
  requireRole(actor, 'admin');
  return inTransaction(async (client) => {
    await holdQueues(client);
    const queue = await findQueue(id);
    if (!queue) throw notFound(`queue ${id}`);
    await dropStale(client, id);
    const ruleSetId = await adoptRuleSet(client, id, DEFAULT_RULE_SET);
    if (ruleSetId === null || (await isFilled(client, id, ruleSetId))) return { added: 0 };

    const served = await servedTo(client, id);
    const kept = served < 0 ? -1 : served + KEPT_AHEAD;
    const rows = await readFillable(client, id, ruleSetId, kept);
    const { labelled } = await countQueue(client, id);
    const order = orderQueue(
      rows.map((row) => ({
        seriesId: row.seriesId,
        bar: row.bar,
        classIndex: classIndex(row.suggestedClass as ClassId),
        hard: row.kind === 'near_miss',
      })),
      {
        deficits: CLASS_IDS.map((c) => Math.max(0, (queue.targets[c] ?? 0) - (labelled[c] ?? 0))),
        seed: queue.seed,
        before: await readPlacedBefore(client, id, kept, SPACING),
      },
    );
    await placeItems(
      client,
      id,
      Array.from(order, (index) => rows[index]),
    );
    return { added: rows.filter(({ itemId }) => itemId === null).length };
  });
}

/** Puts what scans found into the queue everybody starts with. */
export async function fillDefaultQueue(actor: Actor): Promise<{ added: number }> {
  return refillQueue(actor, await ensureDefaultQueue(actor));
}

/** A queue's counts; where counting takes long, those of a moment ago, so that fifty open pages cost what one does. */
const counts = keepFor((queueId: number) => countQueue(getPool(), queueId));

/** Queues that can be worked on. */
export async function listQueues(actor: Actor): Promise<{
  queues: { id: number; name: string; isDefault: boolean; remaining: number }[];
}> {
  requireRole(actor, 'analyst');
  const open = (await listQueueRows()).filter(({ paused }) => !paused);
  const queues = await Promise.all(
    open.map(async ({ id, name, isDefault }) => ({
      id,
      name,
      isDefault,
      remaining: (await counts(id)).remaining,
    })),
  );
  return { queues };
}

/** Labels of record per class against their targets, what is left, and this person's pace. */
export async function queueProgress(actor: Actor, { id }: { id: number }): Promise<QueueProgress> {
  requireRole(actor, 'analyst');
  const queue = await findQueue(id);
  if (!queue) throw notFound(`queue ${id}`);
  const [{ total, remaining, labelled }, pace] = await Promise.all([counts(id), readPace(actor.id, id)]);
  return {
    queueId: id,
    name: queue.name,
    targets: perClass((c) => queue.targets[c] ?? 0),
    labelled: perClass((c) => labelled[c] ?? 0),
    remaining,
    total,
    mine: { answers: pace.answers, perMinute: perMinute(pace.recent, pace.minutes) },
  };
}

/** Answers a minute since the first of them; the first began that time, so it is not counted into it. */
function perMinute(answers: number, minutes: number | null): number | null {
  if (minutes === null || minutes <= 0 || answers < 2) return null;
  return (answers - 1) / minutes;
}

/** Why a queue gives this person fewer windows than they asked for, in words. */
export async function whyEmpty(queue: QueueRow): Promise<string> {
  if (queue.paused) return `“${queue.name}” is paused.`;
  const { empty, done } = await queueIsEmpty(queue.id);
  if (empty) return `“${queue.name}” holds no windows yet: scan a series on the Data page.`;
  if (done) return `Every window of “${queue.name}” has its answers.`;
  return `The windows left in “${queue.name}” are in other people’s hands, or you have answered or skipped them.`;
}
