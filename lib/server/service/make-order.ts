import type pg from 'pg';
import { inTransaction } from '../db/transaction.ts';
import { notFound } from '../error.ts';
import type { JobContext } from '../jobs/job.ts';
import {
  adoptRuleSet,
  countQueue,
  findQueue,
  holdReview,
  type QueueRow,
  setLastOrder,
} from '../repo/queue.ts';
import {
  dropUnwanted,
  holdOrder,
  joinShare,
  type NamedWindow,
  placeItems,
  positionAhead,
  readNameable,
  readNamed,
  readPlacedBefore,
  readTaken,
  servedTo,
  settleDone,
  takesMore,
} from '../repo/queue-fill.ts';
import type { Taking } from '../repo/queue-filter.ts';
import { type Pool, planOrder } from './plan-order.ts';
import { type SelectionModel, selectionModel } from './selection-model.ts';

/** A queue made before there was a rule set takes this one. */
export const DEFAULT_RULE_SET = 1;
/** People go on while an order is made: one in so many of the open windows keep their place for them … */
const KEPT_PART = 20;
/** … but no more than this. */
const KEPT_MOST = 1_000;
/** What the work is watched by where it is a job's. */
type Watch = Pick<JobContext<unknown>, 'signal' | 'progress'>;
const UNWATCHED: Watch = { signal: new AbortController().signal, progress: () => undefined };

export interface OrderOutcome {
  readonly queueId: number;
  /** Windows that are new in the queue. */
  readonly added: number;
  /** Windows that got a place. */
  readonly placed: number;
  /** What it had to do without. */
  readonly notes: readonly string[];
}

interface OrderRequest {
  /** Windows to put in by name, before all that strategies choose. */
  readonly named?: readonly NamedWindow[];
  /** Does nothing where the queue takes no window that it lacks. */
  readonly onlyWhereNew?: boolean;
  readonly watch?: Watch;
}

/**
 * Makes a queue's order: what its filter takes and its mix chooses, behind what was served or is about to be, which
 * stays where it is. Nothing is ever in a queue twice; a window that nobody has had in hand leaves when the queue wants
 * it no more. Two orders of a queue are made one after the other, and people go on meanwhile.
 * @throws Refusal `not_found`
 */
export async function makeOrder(
  id: number,
  { named = [], onlyWhereNew = false, watch = UNWATCHED }: OrderRequest = {},
): Promise<OrderOutcome> {
  const model = await selectionModel();
  return inTransaction(async (client) => {
    await holdOrder(client, id);
    const queue = await findQueue(id);
    if (!queue) throw notFound(`queue ${id}`);
    const taking = await takingOf(client, queue, model);
    watch.progress(0, 'reading windows');
    await settleDone(client, id);
    await dropUnwanted(client, id, taking);
    if (onlyWhereNew && !(taking && (await takesMore(client, id, taking))))
      return { queueId: id, added: 0, placed: 0, notes: [] };
    const pool = await readPool(client, queue, taking, named);
    watch.signal.throwIfAborted();
    const plan = await planOrder(queue, pool, model, watch);
    watch.signal.throwIfAborted();
    watch.progress(0.9, 'storing');
    // From here on a window in dispute waits for its place at the end.
    if (queue.purpose === 'review') await holdReview(client);
    const added = await placeItems(client, id, plan.rows, plan.leftOut, pool.kept);
    if (plan.threshold > 0) await joinShare(client, id, plan.threshold);
    const { length: placed } = plan.rows;
    await setLastOrder(client, id, {
      at: new Date().toISOString(),
      version: plan.version,
      placed,
      notes: plan.notes,
    });
    return { queueId: id, added, placed, notes: plan.notes };
  });
}

async function takingOf(
  client: pg.PoolClient,
  queue: QueueRow,
  model: SelectionModel | null,
): Promise<Taking | null> {
  if (!queue.filter) return null;
  const ruleSetId = await adoptRuleSet(client, queue.id, DEFAULT_RULE_SET);
  return ruleSetId === null ? null : { filter: queue.filter, ruleSetId, versionId: model?.id ?? null };
}

async function readPool(
  client: pg.PoolClient,
  { id }: QueueRow,
  taking: Taking | null,
  asked: readonly NamedWindow[],
): Promise<Pool & { kept: number }> {
  const served = await servedTo(client, id);
  const { remaining, labelled } = await countQueue(client, id);
  const ahead = Math.min(KEPT_MOST, Math.ceil(remaining / KEPT_PART));
  const kept = served < 0 ? -1 : await positionAhead(client, id, served, ahead);
  const standing = await readNamed(client, id, kept);
  const known = new Set(standing.map(({ windowId }) => windowId));
  const asking = asked.filter(({ windowId }) => !known.has(windowId));
  const named = [...standing, ...(await readNameable(client, id, asking, kept))];
  const { rows: taken, probabilities } = taking
    ? await readTaken(client, id, taking, { after: kept, except: named.map(({ windowId }) => windowId) })
    : { rows: [], probabilities: new Float32Array(0) };
  return { kept, named, taken, probabilities, labelled, before: await readPlacedBefore(client, id, kept) };
}
