import { FLAG_BARS, type FlagSpans, measureFlag, spanBars } from '@/lib/core/rule/flag-marks.ts';
import type { HeldItem } from './held-item.ts';
import type { LabelState, MarksSlice, Slice } from './label-state.ts';
import { beginEditing, type MarkEditing, move, undoMove } from './mark-editing.ts';

/** The person's own marks of the window in view, as they stand: being moved, or taken; null where there are none. */
export function ownSpans({ current, editing, marked }: LabelState): FlagSpans | null {
  const windowId = current?.item.windowId;
  if (windowId === undefined) return null;
  if (editing?.windowId === windowId) return editing.spans;
  return marked?.windowId === windowId ? marked.spans : null;
}

/** Moving the marks of the window in view; null where they are not being moved. */
export function editingOf({ current, editing }: LabelState): MarkEditing | null {
  return editing !== null && editing.windowId === current?.item.windowId ? editing : null;
}

/** Why these marks of a window cannot be kept, in words; null where they can. */
export function markTrouble({ opened }: HeldItem, { pole, consolidation }: FlagSpans): string | null {
  return measureFlag(opened, opened.t, { pole, consolidation }).direction === 0
    ? 'The closes at both ends of the pole are the same: move one, a pole has a height.'
    : null;
}

/** Putting pole and consolidation where the person sees them. */
export const marksSlice: Slice<MarksSlice> = (set, get) => {
  const change = (next: (editing: MarkEditing) => MarkEditing) => {
    const editing = editingOf(get());
    if (editing !== null) set({ editing: next(editing) });
  };
  return {
    marked: null,
    editing: null,

    editMarks() {
      const { current } = get();
      if (current !== null) set({ editing: beginEditing(current, ownSpans(get())), notice: null });
    },
    holdMark: (handle) => change((editing) => ({ ...editing, handle })),
    nextMark: () => change((editing) => ({ ...editing, handle: (editing.handle + 1) % FLAG_BARS.length })),
    stepMark: (bars) =>
      change((editing) =>
        move(editing, editing.handle, spanBars(editing.spans)[editing.handle] + bars, true),
      ),
    dragMark: (handle, bar, begins) => change((editing) => move(editing, handle, bar, begins)),
    undoMark: () => change(undoMove),
    takeMarks() {
      const { current } = get();
      const editing = editingOf(get());
      if (current === null || editing === null) return;
      const { windowId, spans } = editing;
      const trouble = markTrouble(current, spans);
      if (trouble === null) set({ marked: { windowId, spans }, editing: null, notice: null });
      else set({ notice: trouble });
    },
    leaveMarks: () => set({ editing: null, notice: null }),
    dropMarks: () => set({ editing: null, marked: null, notice: null }),
  };
};
