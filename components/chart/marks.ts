import { type ClassId, POLED } from '@/lib/contract/classes.ts';
import type { MeasuredFlag } from '@/lib/core/rule/flag-marks.ts';
import type { FlagMarks, Vote, WedgeMarks, WickMarks } from '@/lib/core/rule/vote.ts';

/** A place on the chart: bar index into the shown bars, price in price units. */
export interface Place {
  readonly bar: number;
  readonly price: number;
}

/** What a rule found, as shapes over the candles; `class` chooses the colour. */
export type Shape =
  | {
      readonly kind: 'line';
      readonly class: ClassId;
      readonly from: Place;
      readonly to: Place;
      readonly thick: boolean;
    }
  | { readonly kind: 'box'; readonly class: ClassId; readonly from: Place; readonly to: Place }
  | { readonly kind: 'dot'; readonly class: ClassId; readonly at: Place }
  | { readonly kind: 'arrow'; readonly class: ClassId; readonly at: Place; readonly up: boolean }
  | {
      readonly kind: 'span';
      readonly class: ClassId;
      readonly bar: number;
      readonly high: number;
      readonly low: number;
    };

export interface ChartMarks {
  readonly shapes: readonly Shape[];
  /** Bar at which the delta turned positive, drawn in the CVD pane. */
  readonly flip: number | null;
}

/**
 * Marks of the rules that fired, or nearly did: the suggested class's first, so that another's is drawn under it.
 * @param t index of the window's last bar, from which marks are counted
 * @param prices highs and lows of the same bars: pivots lie on them
 */
export function chartMarks(
  votes: readonly Vote[],
  suggested: ClassId,
  t: number,
  prices: { readonly high: Float64Array; readonly low: Float64Array },
): ChartMarks {
  const told = votes.filter(
    (vote) =>
      vote.marks !== null && (vote.state === 'fired' || vote.rule === suggested || suggested === 'none'),
  );
  const ordered = [...told].sort((a, b) => Number(a.rule === suggested) - Number(b.rule === suggested));
  const shapes: Shape[] = [];
  let flip: number | null = null;
  for (const { rule, marks, direction } of ordered) {
    if (marks?.kind === 'flag') shapes.push(...flagShapes(rule, marks, t, direction >= 0));
    else if (marks?.kind === 'wedge') shapes.push(...wedgeShapes(rule, marks, t, prices));
    else if (marks?.kind === 'wick') {
      shapes.push(wickShape(rule, marks, t));
      if (marks.flip !== null) flip = t + marks.flip;
    }
  }
  return { shapes, flip };
}

/** A flag that a person marked, over what other rules found. */
export function withOwnFlag(
  { shapes, flip }: ChartMarks,
  { marks, direction }: MeasuredFlag,
  t: number,
): ChartMarks {
  return { shapes: [...shapes, ...flagShapes(POLED, marks, t, direction >= 0)], flip };
}

function flagShapes(
  id: ClassId,
  { pole, consolidation, breakout }: FlagMarks,
  t: number,
  up: boolean,
): Shape[] {
  return [
    {
      kind: 'box',
      class: id,
      from: { bar: t + consolidation.start, price: consolidation.high },
      to: { bar: t + consolidation.end, price: consolidation.low },
    },
    {
      kind: 'line',
      class: id,
      thick: true,
      // Its height runs from the close before its first bar.
      from: { bar: t + pole.start - 1, price: pole.fromPrice },
      to: { bar: t + pole.end, price: pole.toPrice },
    },
    { kind: 'arrow', class: id, at: { bar: t + breakout.bar, price: breakout.price }, up },
  ];
}

function wedgeShapes(
  id: ClassId,
  { start, end, upper, lower, highPivots, lowPivots }: WedgeMarks,
  t: number,
  { high, low }: { readonly high: Float64Array; readonly low: Float64Array },
): Shape[] {
  const edge = (line: { startPrice: number; endPrice: number }): Shape => ({
    kind: 'line',
    class: id,
    thick: false,
    from: { bar: t + start, price: line.startPrice },
    to: { bar: t + end, price: line.endPrice },
  });
  const dots = (pivots: readonly number[], prices: Float64Array): Shape[] =>
    pivots.map((pivot) => ({ kind: 'dot', class: id, at: { bar: t + pivot, price: prices[t + pivot] } }));
  return [edge(upper), edge(lower), ...dots(highPivots, high), ...dots(lowPivots, low)];
}

function wickShape(id: ClassId, { bar, tipPrice, bodyPrice }: WickMarks, t: number): Shape {
  return {
    kind: 'span',
    class: id,
    bar: t + bar,
    high: Math.max(tipPrice, bodyPrice),
    low: Math.min(tipPrice, bodyPrice),
  };
}
