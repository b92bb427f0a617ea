import { CLASS_FACTS, type ClassId, NONE } from '@/lib/contract/classes.ts';
import type { JobPayload } from '@/lib/contract/job-payload.ts';
import { newQueueSchema, type SearchStarted } from '@/lib/contract/queue.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { getPool } from '../db/connection.ts';
import { notFound, Refusal } from '../error.ts';
import { withJobs } from '../jobs/enqueue.ts';
import { findSpan } from '../repo/annotation.ts';
import { writeAudit } from '../repo/audit.ts';
import { countPredicted, findPredicted, readLabelledEmbeddings } from '../repo/prediction.ts';
import { findQueue } from '../repo/queue.ts';
import { addQueue } from './manage-queue.ts';
import { orderRequest } from './order-queue.ts';
import { selectionModel } from './selection-model.ts';

/** Where the windows that are found go. */
export type Into = { readonly queueId: number } | { readonly name: string };

const NO_MODEL = 'No model is champion yet';

/** Fills a queue with unlabelled windows that are likely of a class: see find-windows.ts for the formula. */
export async function mineDeficit(
  actor: Actor,
  { class: wanted, count, into }: { class: ClassId; count: number; into: Into },
): Promise<SearchStarted> {
  requireRole(actor, 'reviewer');
  const { name } = CLASS_FACTS[wanted];
  const model = await selectionModel();
  const hasRule = wanted !== NONE;
  if (!model && !hasRule)
    return notStarted(`${NO_MODEL}, and no rule looks for ${name}: there is nothing to rank by.`);
  const notes: string[] = [];
  if (!model) notes.push(`${NO_MODEL}: only the rules were asked.`);
  else if ((await readLabelledEmbeddings(model.id, wanted, 1)).length === 0)
    notes.push(
      `No ${name} with a label of record has been predicted yet: only model and rules are asked, not likeness.`,
    );
  return start(actor, into, { by: 'class', class: wanted, count }, notes);
}

/** Fills a queue with the unlabelled windows that the model finds most alike to one. @throws Refusal `not_found` */
export async function moreLikeThis(
  actor: Actor,
  { id, count, into }: { id: string; count: number; into: Into },
): Promise<SearchStarted> {
  requireRole(actor, 'reviewer');
  if (!(await findSpan(getPool(), id))) throw notFound(`window ${id}`);
  const model = await selectionModel();
  if (!model)
    return notStarted(`${NO_MODEL}, and likeness is measured by one: train a model and promote it.`);
  if (!(await findPredicted(model.id, id)))
    return notStarted(
      `${model.name} has not predicted this window yet: try again when its predictions are done.`,
    );
  const { total, by } = await countPredicted([model.id]);
  const missing = total - (by.get(model.id) ?? 0);
  const notes =
    missing > 0 ? [`${model.name} has not predicted ${missing} of ${total} windows: they are left out.`] : [];
  return start(actor, into, { by: 'likeness', windowId: id, count }, notes);
}

async function start(
  actor: Actor,
  into: Into,
  search: Exclude<JobPayload<'order'>['search'], { by: 'filter' }>,
  notes: string[],
): Promise<SearchStarted> {
  return withJobs(actor, async (tx, enqueue) => {
    const queue =
      'queueId' in into
        ? await openQueue(into.queueId)
        : { id: await addQueue(tx, actor, onlyWhatIsFound(into.name)), name: into.name };
    await writeAudit(tx, actor, 'queue.search', `queue ${queue.id}`, search);
    return { started: { queueId: queue.id, jobId: await enqueue(orderRequest(queue, search)) }, notes };
  });
}

/** @throws Refusal `not_found`; `conflict` for one that is archived */
async function openQueue(id: number): Promise<{ id: number; name: string }> {
  const queue = await findQueue(id);
  if (!queue) throw notFound(`queue ${id}`);
  if (queue.archivedAt) throw new Refusal('conflict', `“${queue.name}” is archived: choose another queue.`);
  return queue;
}

const onlyWhatIsFound = (name: string) => newQueueSchema.parse({ name, filter: null });

function notStarted(note: string): SearchStarted {
  return { started: null, notes: [note] };
}
