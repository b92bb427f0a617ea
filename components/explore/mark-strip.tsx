'use client';

import { type PointerEvent, useCallback, useRef, useState } from 'react';
import { usePalette } from '@/components/chart/use-palette.ts';
import { countOf } from '@/components/figure/format.ts';
import type { Source } from '@/lib/client/explore/mark.ts';
import type { ClassId } from '@/lib/contract/classes.ts';
import { drawStrip } from './draw-strip.ts';
import classes from './explore.module.css';
import { groupAt, groupMarks, type MarkGroup, marksInView } from './mark-groups.ts';
import { markWords } from './mark-words.ts';
import { useDrawnCanvas } from './use-drawn-canvas.ts';
import { useExploration, useExplore, useFound } from './use-exploration.ts';

const MOST_NAMED = 5;

interface MarkStripProps {
  source: Source;
  shown: boolean;
  /** Only marks of these classes. */
  classes: readonly ClassId[];
  onToggle: () => void;
  onHover: (hovered: { bar: number; class: ClassId } | null) => void;
}

/** What one source says, under the bars it says it of. */
export function MarkStrip({ source, shown, classes: ids, onToggle, onHover }: MarkStripProps) {
  const exploration = useExploration();
  const goTo = useExplore((state) => state.goTo);
  const palette = usePalette();
  const groups = useRef<readonly MarkGroup[]>([]);
  const [hovered, setHovered] = useState<MarkGroup | null>(null);
  const canvas = useDrawnCanvas(
    useCallback(
      ({ context, width, height, ratio }) => {
        const { viewport } = exploration.store.getState();
        const marks = marksInView(shown ? exploration.marks(source) : [], viewport).filter((mark) =>
          ids.includes(mark.class),
        );
        const { groups: grouped, letters } = groupMarks(marks, viewport, width);
        groups.current = grouped;
        const { fontFamily } = getComputedStyle(context.canvas);
        drawStrip(context, grouped, { width, height, ratio, palette, fontFamily, letters });
      },
      [exploration, source, shown, ids, palette],
    ),
  );
  const inView = useFound((found) => {
    const { viewport } = found.store.getState();
    return marksInView(found.marks(source), viewport).reduce(
      (sum, mark) => sum + (ids.includes(mark.class) ? 1 : 0),
      0,
    );
  });

  function point(group: MarkGroup | null): void {
    if (group === hovered) return;
    setHovered(group);
    onHover(group && { bar: group.marks[0].bar, class: group.marks[0].class });
  }
  const under = (event: PointerEvent<HTMLCanvasElement>) =>
    groupAt(groups.current, event.clientX - event.currentTarget.getBoundingClientRect().left);

  return (
    <div className={classes.strip} data-source={source}>
      <canvas
        ref={canvas}
        className={classes.stripCanvas}
        role="img"
        aria-label={`${countOf(shown ? inView : 0, 'mark')} of ${source} in view; J and K go through them`}
        data-testid={`strip-${source}`}
        data-count={inView}
        data-pointed={hovered !== null || undefined}
        onPointerMove={(event) => point(under(event))}
        onPointerLeave={() => point(null)}
        onClick={() => {
          if (hovered) goTo(hovered.marks[0].bar);
        }}
      />
      <button
        type="button"
        className={classes.stripName}
        aria-pressed={shown}
        title={shown ? `Hide what ${source} say` : `Show what ${source} say`}
        onClick={onToggle}
      >
        {source} <span>{shown ? inView : '–'}</span>
      </button>
      {hovered ? <MarkTip group={hovered} /> : null}
    </div>
  );
}

function MarkTip({ group: { x, marks } }: { group: MarkGroup }) {
  return (
    <div className={classes.tip} style={{ left: x }} role="tooltip">
      {marks.slice(0, MOST_NAMED).map((mark) => (
        <div key={`${mark.bar} ${mark.class} ${mark.source === 'people' ? mark.annotationId : ''}`}>
          {markWords(mark)}
        </div>
      ))}
      {marks.length > MOST_NAMED ? <div>and {marks.length - MOST_NAMED} more</div> : null}
    </div>
  );
}
