import type { Status } from '@/components/class/status-dot.tsx';
import { formatDuration } from '@/components/figure/format.ts';
import type { ManagedQueue, QueuePurpose } from '@/lib/contract/queue.ts';
import { type Mix, STRATEGIES, type Strategy } from '@/lib/core/selection/strategy.ts';

export const PURPOSE_WORDS: Readonly<Record<QueuePurpose, string>> = {
  seed: 'Seed',
  review: 'Review',
  audit: 'Audit',
  gold: 'Gold',
};

export const STRATEGY_NAMES: Readonly<Record<Strategy, string>> = {
  deficit: 'Class deficit',
  uncertainty: 'Uncertainty',
  disagreement: 'Disagreement',
  diversity: 'Diversity',
  drift: 'Drift',
  random: 'Random',
};

/** What each strategy asks for, for those who choose its share. */
export const STRATEGY_HINTS: Readonly<Record<Strategy, string>> = {
  deficit: 'the class that lacks most labels',
  uncertainty: 'where the model’s first two classes are closest',
  disagreement: 'where model and rules contradict each other most',
  diversity: 'farthest from all that is labelled',
  drift: 'where the newest windows lie and labels hardly do',
  random: 'by lot: the only share that estimates anything',
};

export type QueueState = 'archived' | 'ordering' | 'paused' | 'done' | 'empty' | 'open';
export const STATE_LOOKS: Readonly<Record<QueueState, Status>> = {
  archived: 'idle',
  ordering: 'busy',
  paused: 'warn',
  done: 'good',
  empty: 'idle',
  open: 'good',
};

export function stateOf({ archivedAt, orderingJob, paused, total, remaining }: ManagedQueue): QueueState {
  if (archivedAt) return 'archived';
  if (orderingJob) return 'ordering';
  if (paused) return 'paused';
  if (total === 0) return 'empty';
  return remaining === 0 ? 'done' : 'open';
}

/** `deficit 75 · random 25`, in per cent; the whole of one as its name. */
export function mixWords(mix: Mix): string {
  const used = STRATEGIES.filter((strategy) => mix[strategy] > 0);
  if (used.length === 1) return STRATEGY_NAMES[used[0]].toLowerCase();
  return used.map((strategy) => `${strategy} ${Math.round(100 * mix[strategy])}`).join(' · ');
}

/** A target as short as a column: `2k`, `2.5k`, `350`. */
export function shortCount(value: number): string {
  return value >= 1_000 && value % 100 === 0 ? `${value / 1_000}k` : String(value);
}

/** How long what is left takes at this pace; null where nobody works. */
export function timeLeft(remaining: number, perMinute: number): string | null {
  return perMinute > 0 && remaining > 0 ? formatDuration((60 * remaining) / perMinute) : null;
}
