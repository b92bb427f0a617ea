import type { Exploration } from '@/lib/client/explore/exploration.ts';
import { endOf } from '@/lib/client/explore/explore-state.ts';
import { CLASS_IDS, NONE } from '@/lib/contract/classes.ts';
import { type QueueFilter, queueFilterSchema } from '@/lib/contract/queue.ts';
import { tsOfBar } from '@/lib/core/time-runs.ts';
import type { Address } from './use-address.ts';

/**
 * Where a queue is made of the windows in view that may be seen, of the classes and the rule set that are shown: the form
 * of a new one, filled in. Null, and the reason is told, where there are none.
 */
export function queueAddress({ store, series, runs }: Exploration, address: Address): string | null {
  const state = store.getState();
  const ruleSet = address.rules ?? series.ruleSets.at(0)?.number;
  if (ruleSet === undefined) {
    state.tell('No rule set has scanned this series: there are no windows for a queue.');
    return null;
  }
  const first = Math.max(0, Math.round(state.viewport.from));
  const last = Math.min(Math.round(state.viewport.to), endOf(state, series.bars)) - 1;
  if (last < first) {
    state.tell('There are no bars in view.');
    return null;
  }
  const filter = queueFilterSchema.parse({
    classes: address.classes.length === CLASS_IDS.length ? null : address.classes,
    // Near misses and samples are windows of `none`, and shown by no mark.
    ...(address.classes.includes(NONE) ? {} : { kinds: ['event'] }),
    symbols: [`${series.venue}:${series.symbol}`],
    timeframes: [series.timeframe],
    from: tsOfBar(runs, first),
    to: tsOfBar(runs, last),
    labelled: 'no',
  } satisfies Partial<QueueFilter>);
  const query = new URLSearchParams({
    queue: 'new',
    rules: String(ruleSet),
    filter: JSON.stringify(filter),
  });
  return `/review/queues?${query}`;
}
