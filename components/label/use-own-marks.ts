import { useMemo } from 'react';
import type { MarkHandle, MarkHandlesProps } from '@/components/chart/mark-handles.tsx';
import { type ChartMarks, chartMarks, withOwnFlag } from '@/components/chart/marks.ts';
import { formatBarTime } from '@/components/chart/price-format.ts';
import type { HeldItem } from '@/lib/client/label/held-item.ts';
import { editingOf, ownSpans } from '@/lib/client/label/marks-slice.ts';
import { NONE, POLED } from '@/lib/contract/classes.ts';
import { FIRST_POLE_BAR, FLAG_BARS, type MeasuredFlag, measureFlag } from '@/lib/core/rule/flag-marks.ts';
import { chartViewOf } from './chart-view.ts';
import { useLabel } from './use-label-store.ts';

/** The person's own marks of a window, measured as they move; null where there are none. */
export function useOwnFlag({ opened }: HeldItem): MeasuredFlag | null {
  const spans = useLabel(ownSpans);
  return useMemo(() => (spans === null ? null : measureFlag(opened, opened.t, spans)), [opened, spans]);
}

/** What the chart shows of a window: the rules' marks, the person's own in place of the rule's flag, and what can be moved. */
export function useChartMarks(held: HeldItem): { marks: ChartMarks; moving: MarkHandlesProps | null } {
  const editing = useLabel(editingOf);
  const onHold = useLabel((state) => state.holdMark);
  const dragMark = useLabel((state) => state.dragMark);
  const own = useOwnFlag(held);
  const marks = useMemo(() => {
    if (own === null) return chartViewOf(held).marks;
    const { suggestion } = held.item;
    const { t, bars } = held.opened;
    const others = suggestion?.votes.filter(({ rule }) => rule !== POLED) ?? [];
    return withOwnFlag(chartMarks(others, suggestion?.class ?? NONE, t, bars), own, t);
  }, [held, own]);
  const isEditing = editing !== null;
  const handles = useMemo(() => (isEditing && own ? handlesOf(held, own) : null), [isEditing, own, held]);
  return {
    marks,
    moving: editing &&
      handles && {
        handles,
        held: editing.handle,
        onHold,
        onDrag: (handle, bar, begins) =>
          dragMark(handle, bar - held.opened.t + (handle === 0 ? 1 : 0), begins),
      },
  };
}

/** The pole's stand on the closes that it runs between, so its first on the bar before it; the consolidation's on its sides. */
function handlesOf({ opened: { t, bars } }: HeldItem, { marks }: MeasuredFlag): MarkHandle[] {
  const { pole, consolidation } = marks;
  const middle = (consolidation.high + consolidation.low) / 2;
  const places = [
    { bar: t + pole.start - 1, price: pole.fromPrice },
    { bar: t + pole.end, price: pole.toPrice },
    { bar: t + consolidation.start, price: middle },
    { bar: t + consolidation.end, price: middle },
  ];
  return FLAG_BARS.map(({ part, edge, name }, i) => {
    const value = marks[part][edge];
    return {
      name,
      at: places[i],
      value,
      min: FIRST_POLE_BAR,
      max: 0,
      text: `bar ${value}, ${formatBarTime(bars.ts[t + value])}`,
    };
  });
}
