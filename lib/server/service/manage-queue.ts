import { CLASS_IDS } from '@/lib/contract/classes.ts';
import type {
  ManagedQueue,
  NewQueue,
  QueueChange,
  QueueChoices,
  QueueFilter,
  QueuePreview,
  queueMixSchema,
} from '@/lib/contract/queue.ts';
import type { z } from '@/lib/contract/zod.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import type { DbOrTx } from '../db/connection.ts';
import { notFound, Refusal } from '../error.ts';
import { withJobs } from '../jobs/enqueue.ts';
import { type QueuePace, readPaces } from '../repo/annotation.ts';
import { writeAudit } from '../repo/audit.ts';
import {
  changeQueue,
  findOrderingJobs,
  findQueue,
  insertQueue,
  listQueueRows,
  type QueueRow,
} from '../repo/queue.ts';
import { countTaken } from '../repo/queue-preview.ts';
import { listSeriesNames } from '../repo/series-search.ts';
import { mixNotes } from './mix-notes.ts';
import { BY_FILTER, orderRequest } from './order-queue.ts';
import { perClass, queueCounts } from './queue.ts';
import { allRuleSets, ruleSetByNumber } from './rule-set.ts';
import { selectionModel } from './selection-model.ts';

/** Orders of new queues are drawn alike: what differs is what they hold. */
const SEED = 1;
/** A change of one of these changes what comes next. */
const SHAPES_ORDER = [
  'filter',
  'mix',
  'overlap',
  'blindShare',
  'targets',
] as const satisfies (keyof QueueChange)[];
const NOBODY: QueuePace = { perMinute: 0, people: 0 };

/** All queues with their settings and figures, the default one first. */
export async function getQueues(actor: Actor): Promise<{ queues: ManagedQueue[] }> {
  requireRole(actor, 'reviewer');
  const [rows, jobs, paces] = await Promise.all([listQueueRows(), findOrderingJobs(), readPaces()]);
  const queues = await Promise.all(
    rows.map(async (row) => {
      const { total, remaining, labelled } = await queueCounts(row.id);
      return {
        ...describeQueue(row),
        orderingJob: jobs.get(row.id) ?? null,
        total,
        remaining,
        labelled: perClass((c) => labelled[c] ?? 0),
        pace: paces.get(row.id) ?? NOBODY,
      };
    }),
  );
  return { queues };
}

/** What the form of a queue offers. */
export async function getQueueChoices(actor: Actor): Promise<QueueChoices> {
  requireRole(actor, 'reviewer');
  const [ruleSets, series] = await Promise.all([allRuleSets(), listSeriesNames()]);
  return { ruleSets: ruleSets.map(({ number, name }) => ({ number, name })), ...series };
}

/** Makes a queue and asks for it to be filled. @throws Refusal `not_found` for its rule set */
export async function createQueue(
  actor: Actor,
  queue: NewQueue,
): Promise<{ id: number; jobId: string | null }> {
  requireRole(actor, 'reviewer');
  return withJobs(actor, async (tx, enqueue) => {
    const id = await addQueue(tx, actor, queue);
    const jobId = queue.filter ? await enqueue(orderRequest({ id, name: queue.name }, BY_FILTER)) : null;
    return { id, jobId };
  });
}

/** Makes an empty queue. @returns its id */
export async function addQueue(
  tx: DbOrTx,
  actor: Actor,
  { ruleSetNumber, ...queue }: NewQueue,
): Promise<number> {
  const { id: ruleSetId } = await ruleSetByNumber(ruleSetNumber);
  const id = await insertQueue(tx, { ...queue, ruleSetId, seed: SEED, createdBy: actor.id });
  await writeAudit(tx, actor, 'queue.create', `queue ${id}`, { ...queue, ruleSetNumber });
  return id;
}

/**
 * Changes a queue. An archived one is paused too; taken out of the archive it stays paused unless the change says
 * otherwise.
 * @throws Refusal `not_found`; `conflict` for what the queue everybody starts with cannot be
 */
export async function updateQueue(
  actor: Actor,
  { id, ...change }: QueueChange & { id: number },
): Promise<{ id: number; jobId: string | null }> {
  requireRole(actor, 'reviewer');
  const queue = await findQueue(id);
  if (!queue) throw notFound(`queue ${id}`);
  if (queue.isDefault && change.archived)
    throw new Refusal('conflict', `“${queue.name}” is where everybody starts: pause it instead.`);
  const isArchived = change.archived ?? queue.archivedAt !== null;
  if (isArchived && change.paused === false)
    throw new Refusal('conflict', `“${queue.name}” is archived: take it out of the archive first.`);
  const { archived, paused, ...settings } = change;
  return withJobs(actor, async (tx, enqueue) => {
    await changeQueue(tx, id, {
      ...settings,
      ...(archived === undefined ? {} : { archivedAt: archived ? (queue.archivedAt ?? new Date()) : null }),
      ...(archived || paused !== undefined ? { paused: archived || paused } : {}),
    });
    await writeAudit(tx, actor, 'queue.change', `queue ${id}`, { ...change });
    const isReshaped = SHAPES_ORDER.some((field) => change[field] !== undefined) && !isArchived;
    const name = change.name ?? queue.name;
    return { id, jobId: isReshaped ? await enqueue(orderRequest({ id, name }, BY_FILTER)) : null };
  });
}

/** What a filter takes now, and what a mix would have to do without. */
export async function previewQueue(
  actor: Actor,
  {
    ruleSetNumber,
    filter,
    mix,
  }: { ruleSetNumber: number; filter: QueueFilter; mix: z.output<typeof queueMixSchema> },
): Promise<QueuePreview> {
  requireRole(actor, 'reviewer');
  const ruleSet = await ruleSetByNumber(ruleSetNumber);
  const model = await selectionModel();
  const counts = await countTaken({ filter, ruleSetId: ruleSet.id, versionId: model?.id ?? null });
  const sum = (part: 'windows' | 'labelled' | 'predicted') =>
    CLASS_IDS.reduce((all, c) => all + (counts.get(c)?.[part] ?? 0), 0);
  const total = sum('windows');
  const predicted = sum('predicted');
  return {
    total,
    perClass: perClass((c) => counts.get(c)?.windows ?? 0),
    labelled: sum('labelled'),
    model: model && { version: model.name, predicted },
    notes: mixNotes({ filter, mix, model, total, predicted }),
  };
}

function describeQueue(row: QueueRow) {
  const { id, name, purpose, ruleSetNumber, overlap, agreement, blindShare, filter, mix } = row;
  const { goldShare, feedback, catchFloor, paused, isDefault, createdBy, lastOrder } = row;
  return {
    ...{ id, name, purpose, ruleSetNumber, overlap, agreement, blindShare, filter, mix },
    ...{ goldShare, feedback, catchFloor, paused, isDefault, createdBy, lastOrder },
    targets: perClass((c) => row.targets[c] ?? 0),
    archivedAt: row.archivedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}
