import { FIRST_POLE_BAR, type FlagSpans, spanBars, spansOf } from '@/lib/core/rule/flag-marks.ts';
import type { HeldItem } from './held-item.ts';

/** Where pole and consolidation are put when nobody says where they are: it only has to be at hand. */
const SOMEWHERE: FlagSpans = {
  pole: { start: -32, end: -23 },
  consolidation: { start: -22, end: -3 },
};

/** Marks being moved. */
export interface MarkEditing {
  readonly windowId: string;
  readonly spans: FlagSpans;
  /** Which of FLAG_BARS is in hand. */
  readonly handle: number;
  /** What undo goes back through, newest last. */
  readonly past: readonly FlagSpans[];
}

/** A person's own marks of one window. */
export interface OwnMarks {
  readonly windowId: string;
  readonly spans: FlagSpans;
}

/** Begins with the person's own marks, else the rule's, else somewhere. */
export function beginEditing({ item }: HeldItem, own: FlagSpans | null): MarkEditing {
  const spans = own ?? ruleSpans(item) ?? SOMEWHERE;
  return { windowId: item.windowId, spans, handle: 0, past: [] };
}

function ruleSpans({ suggestion }: HeldItem['item']): FlagSpans | null {
  for (const { marks } of suggestion?.votes ?? []) {
    if (marks?.kind !== 'flag') continue;
    const { pole, consolidation } = marks;
    return {
      pole: { start: pole.start, end: pole.end },
      consolidation: { start: consolidation.start, end: consolidation.end },
    };
  }
  return null;
}

/** Puts a handle on a bar, inside the window; those in its way go before it. */
export function moveBar(spans: FlagSpans, handle: number, bar: number): FlagSpans {
  const bars = spanBars(spans);
  const after = bars.length - 1 - handle;
  bars[handle] = Math.min(-after, Math.max(FIRST_POLE_BAR + handle, Math.round(bar)));
  for (let i = handle + 1; i < bars.length; i++) bars[i] = Math.max(bars[i], bars[i - 1] + 1);
  for (let i = handle - 1; i >= 0; i--) bars[i] = Math.min(bars[i], bars[i + 1] - 1);
  return spansOf(bars);
}

/** @param isStep whether undo stops before this move; a drag is one step however many bars it crosses */
export function move(editing: MarkEditing, handle: number, bar: number, isStep: boolean): MarkEditing {
  const spans = moveBar(editing.spans, handle, bar);
  const held = { ...editing, handle };
  if (spanBars(spans).join() === spanBars(editing.spans).join()) return held;
  return { ...held, spans, past: isStep ? [...editing.past, editing.spans] : editing.past };
}

export function undoMove(editing: MarkEditing): MarkEditing {
  const spans = editing.past.at(-1);
  return spans ? { ...editing, spans, past: editing.past.slice(0, -1) } : editing;
}
