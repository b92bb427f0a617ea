import { allocateBars, BAR_FIELDS, type Bars } from '@/lib/core/bar.ts';
import { type BarProblem, createBarCheck } from '@/lib/core/bar-validation.ts';
import type { BarTable } from './bar-table.ts';
import type { RowTable } from './row-table.ts';

const EXAMPLES_A_KIND = 5;

export interface RowProblem {
  kind: BarProblem;
  count: number;
  examples: { line: number; message: string }[];
}

export interface CollectOptions {
  readonly timeframeMs: number;
  readonly gridOffsetMs: number;
  readonly signal: AbortSignal;
  readonly onRows?: (done: number) => void;
}

/**
 * Puts the rows of one or more files in the order of time, whatever theirs was, checks each bar, and adds the good ones
 * to `good`, strictly increasing.
 * @returns what was left out, by kind, most first
 */
export async function collectBars(
  rows: RowTable,
  good: BarTable,
  { timeframeMs, gridOffsetMs, signal, onRows }: CollectOptions,
): Promise<RowProblem[]> {
  const { check, counts } = createBarCheck({ timeframeMs, gridOffsetMs, describeAtMost: EXAMPLES_A_KIND });
  const examples = new Map<BarProblem, RowProblem['examples']>();
  let done = 0;
  for await (const { bars, file, row } of rows.inOrder(signal)) {
    const place = (i: number) => rows.placeOf(file[i], row[i]);
    const { accepted, acceptedCount, rejected } = check(bars, (i) => place(i).words);
    for (const { row: i, problem, message } of rejected) {
      examples.set(problem, [...(examples.get(problem) ?? []), { line: place(i).line, message }]);
    }
    good.append(acceptedCount === bars.length ? bars : pick(bars, accepted, acceptedCount));
    done += bars.length;
    onRows?.(done);
  }
  return [...examples]
    .map(([kind, some]) => ({ kind, count: counts[kind], examples: some }))
    .sort((a, b) => b.count - a.count);
}

function pick(bars: Bars, accepted: Uint8Array, count: number): Bars {
  const out = allocateBars(count);
  let row = 0;
  for (let i = 0; i < bars.length; i++) {
    if (accepted[i] === 0) continue;
    for (const name of BAR_FIELDS) out[name][row] = bars[name][i];
    row++;
  }
  return out;
}
