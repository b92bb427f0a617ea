import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { CLASS_COUNT, CLASS_IDS, type ClassId, classIndex } from '@/lib/contract/classes.ts';
import { drawByLot, lotThreshold } from '@/lib/core/selection/lots.ts';
import { createOrder, type Order, type Placement, type Waiting } from '@/lib/core/selection/order.ts';
import type { Span } from '@/lib/core/selection/timeline.ts';
import type { JobContext } from '../jobs/job.ts';
import type { QueueRow } from '../repo/queue.ts';
import type { CandidateRow, NamedRow, PlacedRow, TakenRow } from '../repo/queue-fill.ts';
import { mixNotes } from './mix-notes.ts';
import { type Rankings, rankWindows } from './rank-windows.ts';
import type { SelectionModel } from './selection-model.ts';

/** About a tenth of a second of work, so that heartbeats and cancels get their turn. */
const PLACES_AT_ONCE = 2_000;
/** Shares of the work before the ranking and before the end, for the progress bar. */
const READ = 0.2;
const RANKED = 0.5;
const ORDERED = 0.9;

/** What an order is made of. */
export interface Pool {
  /** Windows that were put in by name, and those that the queue takes by itself. */
  readonly named: readonly NamedRow[];
  readonly taken: readonly TakenRow[];
  /** Of the taken ones, row by row; NaN where the model has not predicted. */
  readonly probabilities: Float32Array;
  /** Labels of record of the queue's windows, by class. */
  readonly labelled: Readonly<Record<string, number>>;
  /** What keeps its place before them, in serving order. */
  readonly before: readonly Span[];
}

export interface Plan {
  /** In serving order. */
  readonly rows: readonly PlacedRow[];
  /** Items that no strategy chooses any more. */
  readonly leftOut: readonly string[];
  /** Of the lots of the random share: see core/selection/lots.ts. */
  readonly threshold: number;
  /** The model that was asked, by name. */
  readonly version: string | null;
  /** What the mix has to do without. */
  readonly notes: string[];
}

/** Who comes when, by a queue's mix. */
export async function planOrder(
  queue: Pick<QueueRow, 'mix' | 'filter' | 'targets' | 'seed'>,
  { named, taken, probabilities, labelled, before }: Pool,
  model: SelectionModel | null,
  { signal, progress }: Pick<JobContext<unknown>, 'signal' | 'progress'>,
): Promise<Plan> {
  const { mix, filter, targets, seed } = queue;
  progress(READ, 'ranking');
  const rankings = model ? await rankWindows(taken, probabilities, mix, model.id, signal) : {};
  const others = mix.deficit > 0 ? taken.length : countRanked(rankings);
  const threshold = lotThreshold(mix.random, others, taken.length);
  const sample = drawByLot(
    Float64Array.from(taken, ({ lot }) => lot),
    threshold,
  );
  // The named ones are numbered first.
  const numbered = (rows: Int32Array) => rows.map((row) => named.length + row);
  const order = createOrder([...named, ...taken].map(toWaiting), {
    mix,
    rankings: {
      uncertainty: rankings.uncertainty && numbered(rankings.uncertainty),
      disagreement: rankings.disagreement && numbered(rankings.disagreement),
      diversity: rankings.diversity && numbered(rankings.diversity),
      drift: rankings.drift && numbered(rankings.drift),
    },
    sample: numbered(sample),
    chosen: Int32Array.from(named.keys()),
    deficits: CLASS_IDS.map((c) => Math.max(0, (targets[c] ?? 0) - (labelled[c] ?? 0))),
    seed,
    before,
  });
  await advance(order, signal, (done) =>
    progress(RANKED + (ORDERED - RANKED) * (done / order.total), `${done} of ${order.total} windows`),
  );
  const placement = order.finish();
  const placed = new Set(placement.order);
  const predicted = countPredicted(probabilities);
  const asksModel = Object.keys(rankings).length > 0 || filter?.disagrees === true;
  return {
    rows: toPlacedRows(placement, named, taken, threshold),
    leftOut: taken.flatMap(({ itemId }, row) =>
      itemId !== null && !placed.has(named.length + row) ? [itemId] : [],
    ),
    threshold,
    version: asksModel ? (model?.name ?? null) : null,
    notes: filter ? mixNotes({ filter, mix, model, total: taken.length, predicted }) : [],
  };
}

async function advance(order: Order, signal: AbortSignal, onPlaced: (done: number) => void): Promise<void> {
  for (let done = 0; done < order.total; ) {
    done = order.advance(PLACES_AT_ONCE);
    onPlaced(done);
    await yieldToOthers();
    signal.throwIfAborted();
  }
}

function toWaiting(row: CandidateRow & { readonly isNearMiss?: boolean }): Waiting {
  const { seriesId, bar, suggestedClass, isNearMiss = false } = row;
  return { seriesId, bar, classIndex: classIndex(suggestedClass as ClassId), hard: isNearMiss };
}

function toPlacedRows(
  { order, strategies }: Placement,
  named: readonly NamedRow[],
  taken: readonly TakenRow[],
  threshold: number,
): PlacedRow[] {
  return Array.from(order, (window, place) => {
    const strategy = strategies[place];
    if (strategy === null) return { ...named[window], inclusionProbability: null };
    const inclusionProbability = strategy === 'random' ? threshold : null;
    return { ...taken[window - named.length], placedBy: strategy, inclusionProbability };
  });
}

function countRanked(rankings: Rankings): number {
  return new Set(Object.values(rankings).flatMap((rows) => [...rows])).size;
}

function countPredicted(probabilities: Float32Array): number {
  let count = 0;
  for (let at = 0; at < probabilities.length; at += CLASS_COUNT)
    if (!Number.isNaN(probabilities[at])) count++;
  return count;
}
