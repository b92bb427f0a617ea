import { type ChartData, chartData } from '@/components/chart/chart-data.ts';
import { type ChartMarks, chartMarks } from '@/components/chart/marks.ts';
import { formatBarTime } from '@/components/chart/price-format.ts';
import type { HeldItem } from '@/lib/client/label/held-item.ts';
import { CLASS_FACTS, NONE } from '@/lib/contract/classes.ts';
import type { Vote } from '@/lib/core/rule/vote.ts';
import { voteWords, type Words } from '@/lib/core/rule/words.ts';

/** Everything that shows a window, made once, before it is shown. */
export interface ChartView {
  readonly data: ChartData;
  readonly marks: ChartMarks;
  readonly title: string;
  readonly time: string;
  /** The suggested class's rule in words; where none is suggested, the rule that nearly fired; else empty. */
  readonly reasons: readonly Words[];
  /** `other votes: none` or which. */
  readonly others: string;
  readonly description: string;
}

const views = new WeakMap<HeldItem['opened'], ChartView>();

/** The view of a window; from memory where it was prepared. */
export function chartViewOf(held: HeldItem): ChartView {
  let view = views.get(held.opened);
  if (!view) {
    view = makeView(held);
    views.set(held.opened, view);
  }
  return view;
}

function makeView({ item, opened }: HeldItem): ChartView {
  const { series, suggestion, ts } = item;
  const votes = suggestion?.votes ?? [];
  const own = votes.find((vote) => vote.rule === suggestion?.class);
  const others = votes.filter((vote) => vote !== own && vote.state !== 'no');
  const title = `${series.symbol} · ${series.timeframe}`;
  const time = `${formatBarTime(ts)} UTC`;
  // Where none is suggested, what nearly fired says most.
  const telling = own ?? others.find(({ state }) => state !== 'fired');
  const reasons = telling ? voteWords(telling) : [];
  const told = others.length === 0 ? 'none' : others.map(wordOf).join(', ');
  return {
    data: chartData(
      opened,
      votes.some(({ proxy }) => proxy),
    ),
    marks: chartMarks(votes, suggestion?.class ?? NONE, opened.t, opened.bars),
    title,
    time,
    reasons,
    others: told,
    description: `${title}, 64 bars to ${time}. ${
      suggestion
        ? `Suggested: ${CLASS_FACTS[suggestion.class].name}. ${reasons.map(({ text }) => text).join(', ')}. Other votes: ${told}.`
        : 'Blind: judge by the chart alone.'
    }`,
  };
}

const STATE_WORDS: Readonly<Record<Vote['state'], string>> = {
  no: 'no',
  near: 'nearly',
  undecided: 'undecided',
  fired: 'also',
};

function wordOf({ rule, state, direction }: Vote): string {
  const arrow = direction === 0 ? '' : direction > 0 ? ' ↑' : ' ↓';
  return `${STATE_WORDS[state]} ${CLASS_FACTS[rule].name.toLowerCase()}${arrow}`;
}

/** Prepares windows while the browser has nothing else to do; returns how to call it off. */
export function prepareInIdleTime(items: readonly HeldItem[]): () => void {
  const left = items.filter(({ opened }) => !views.has(opened));
  if (left.length === 0) return () => undefined;
  const whenIdle = globalThis.requestIdleCallback ?? ((work: () => void) => setTimeout(work, 1));
  const callOff = globalThis.cancelIdleCallback ?? clearTimeout;
  let planned = whenIdle(next);
  function next() {
    const held = left.shift();
    if (!held) return;
    chartViewOf(held);
    planned = whenIdle(next);
  }
  return () => callOff(planned);
}
