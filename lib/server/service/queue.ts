import { CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';
import type { QueueProgress } from '@/lib/contract/label.ts';
import type { EmptyQueue } from '@/lib/contract/queue.ts';
import { holdsRole } from '@/lib/contract/roles.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { getPool } from '../db/connection.ts';
import { inTransaction } from '../db/transaction.ts';
import { notFound } from '../error.ts';
import { readPace } from '../repo/annotation.ts';
import {
  countQueue,
  findDefaultQueue,
  findOrderingJobs,
  findQueue,
  holdQueues,
  insertDefaultQueue,
  listQueueRows,
  type QueueRow,
  queueIsEmpty,
} from '../repo/queue.ts';
import { countWaiting, explainRest } from '../repo/queue-rest.ts';
import { keepFor } from './keep-for.ts';

const DEFAULT_NAME = 'Seeds round 1 · confirm';
const DEFAULT_TARGET = 2_000;
const DEFAULT_SEED = 1;
const DEFAULT_RULE_SET = 1;

type PerClass = Record<ClassId, number>;
export const perClass = (value: (id: ClassId) => number) =>
  Object.fromEntries(CLASS_IDS.map((id) => [id, value(id)])) as PerClass;

/** The queue everybody starts with, made if there is none; it is empty until it is filled. */
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

/** A queue's counts; where counting takes long, those of a moment ago, so that fifty open pages cost what one does. */
export const queueCounts = keepFor((queueId: number) => countQueue(getPool(), queueId));

/** Those that this person may be served from now. */
async function openQueues(actor: Actor): Promise<QueueRow[]> {
  return (await listQueueRows()).filter((queue) => !queue.paused && isFor(actor, queue));
}

const isFor = ({ role }: Actor, { purpose }: QueueRow) => purpose !== 'review' || holdsRole(role, 'reviewer');

/** Queues that can be worked on. */
export async function listQueues(actor: Actor): Promise<{
  queues: { id: number; name: string; isDefault: boolean; remaining: number }[];
}> {
  requireRole(actor, 'analyst');
  const queues = await Promise.all(
    (await openQueues(actor)).map(async ({ id, name, isDefault }) => ({
      id,
      name,
      isDefault,
      remaining: (await queueCounts(id)).remaining,
    })),
  );
  return { queues };
}

/** Labels of record per class against their targets, what is left, and this person's pace. */
export async function queueProgress(actor: Actor, { id }: { id: number }): Promise<QueueProgress> {
  requireRole(actor, 'analyst');
  const queue = await findQueue(id);
  if (!queue) throw notFound(`queue ${id}`);
  const [{ total, remaining, labelled }, pace] = await Promise.all([queueCounts(id), readPace(actor.id, id)]);
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
export async function reasonForFewer(actor: Actor, id: number, given: number): Promise<string> {
  return given === 0
    ? reasonForNone(actor, id)
    : 'These are all windows that are left for you at the moment.';
}

/** Why a queue has nothing for this person, and what waits elsewhere. */
export async function whyEmpty(actor: Actor, { id }: { id: number }): Promise<EmptyQueue> {
  requireRole(actor, 'analyst');
  const why = await reasonForNone(actor, id);
  const others = (await openQueues(actor)).filter((queue) => queue.id !== id);
  const waiting = await Promise.all(others.map((queue) => countWaiting(queue.id, actor.id)));
  const elsewhere = others.map(({ id: other, name }, i) => ({ id: other, name, waiting: waiting[i] }));
  return { why, elsewhere: elsewhere.filter((queue) => queue.waiting > 0) };
}

async function reasonForNone(actor: Actor, id: number): Promise<string> {
  return (await stateInWords(actor, id)) ?? restInWords(await explainRest(id, actor.id));
}

/** What keeps the whole queue from everyone; null where something is left in it. */
async function stateInWords(actor: Actor, id: number): Promise<string | null> {
  const queue = await findQueue(id);
  if (!queue) throw notFound(`queue ${id}`);
  if (queue.purpose === 'review') requireRole(actor, 'reviewer');
  const name = `“${queue.name}”`;
  if (queue.archivedAt) return `${name} is archived.`;
  if (queue.paused) return `${name} is paused.`;
  const { empty, done } = await queueIsEmpty(id);
  if (!empty) return done ? `Every window of ${name} has its answers.` : null;
  if ((await findOrderingJobs()).has(id)) return `${name} is being filled at this moment.`;
  if (queue.purpose === 'review') return `No window is in conflict: ${name} is empty.`;
  if (!queue.filter) return `Nobody has put windows into ${name} yet.`;
  const [note] = queue.lastOrder?.notes ?? [];
  if (queue.lastOrder) return `${name} holds no windows: its filter takes none.${note ? ` ${note}` : ''}`;
  return `${name} holds no windows yet: scan a series on the Data page.`;
}

function restInWords({ inOtherHands, answered, sawLater }: Awaited<ReturnType<typeof explainRest>>): string {
  const parts = [
    [inOtherHands, 'in other people’s hands'],
    [answered, 'answered or skipped by you'],
    [sawLater, 'not for you any more, since you have seen what came after them'],
  ] as const;
  const words = parts.flatMap(([count, what]) =>
    count > 0 ? [`${count.toLocaleString('en-US')} ${what}`] : [],
  );
  return words.length === 0
    ? 'A window has just come back: look again.'
    : `Of what is left here, ${words.join(', ')}.`;
}
