import type { JobPayload } from '@/lib/contract/job-payload.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { notFound } from '../error.ts';
import { enqueueJob } from '../jobs/enqueue.ts';
import type { JobContext, JobRequest } from '../jobs/job.ts';
import { findQueue, listQueueRows, type QueueRow } from '../repo/queue.ts';
import { findWindows } from './find-windows.ts';
import { DEFAULT_RULE_SET, makeOrder, type OrderOutcome } from './make-order.ts';
import { needsModel } from './mix-notes.ts';
import { ensureDefaultQueue } from './queue.ts';

type Search = JobPayload<'order'>['search'];
export const BY_FILTER: Search = { by: 'filter' };

/** The job that makes a queue's order, with what a search finds put before all else. */
export function orderRequest({ id, name }: Pick<QueueRow, 'id' | 'name'>, search: Search): JobRequest {
  return {
    kind: 'order',
    title: search.by === 'filter' ? `Order “${name}”` : `Search for “${name}”`,
    payload: { queueId: id, search },
    serialKey: `queue ${id}`,
  };
}

/** Asks for the order of what nobody has come near to be made anew. */
export async function orderQueue(actor: Actor, { id }: { id: number }): Promise<{ jobId: string }> {
  requireRole(actor, 'reviewer');
  const queue = await findQueue(id);
  if (!queue) throw notFound(`queue ${id}`);
  return { jobId: await enqueueJob(actor, orderRequest(queue, BY_FILTER)) };
}

/** Makes a queue's order, as a job. */
export async function runOrder(context: JobContext<JobPayload<'order'>>): Promise<OrderOutcome> {
  const { actor, payload, log } = context;
  requireRole(actor, 'reviewer');
  const { queueId, search } = payload;
  const named = search.by === 'filter' ? [] : await findWindows(search, await ruleSetOf(queueId), context);
  const outcome = await makeOrder(queueId, { named, watch: context });
  for (const note of outcome.notes) log(note);
  log(`${outcome.placed} windows in order, ${outcome.added} of them new`);
  return outcome;
}

/** Whose votes a search for a queue asks. */
async function ruleSetOf(queueId: number): Promise<number> {
  const queue = await findQueue(queueId);
  if (!queue) throw notFound(`queue ${queueId}`);
  return queue.ruleSetNumber ?? DEFAULT_RULE_SET;
}

/**
 * Puts what scans found into every queue that takes it, the one everybody starts with first. A queue that takes nothing
 * new stays as it is.
 */
export async function fillQueues(actor: Actor): Promise<{ added: number }> {
  requireRole(actor, 'admin');
  await ensureDefaultQueue(actor);
  let added = 0;
  for (const { id, filter, archivedAt } of await listQueueRows()) {
    if (filter && !archivedAt) added += (await makeOrder(id, { onlyWhereNew: true })).added;
  }
  return { added };
}

/** Asks for the order of every queue whose filter or mix asks a model, once one has more to say. */
export async function orderAfterPredictions(actor: Actor): Promise<void> {
  for (const queue of await listQueueRows()) {
    if (!queue.archivedAt && needsModel(queue)) await enqueueJob(actor, orderRequest(queue, BY_FILTER));
  }
}
