'use client';

import { type PointerEvent, useCallback, useRef } from 'react';
import { usePalette } from '@/components/chart/use-palette.ts';
import { endOf } from '@/lib/client/explore/explore-state.ts';
import { type Viewport, widthOf } from '@/lib/client/explore/viewport.ts';
import { brushOf, drawMinimap, HANDLE } from './draw-minimap.ts';
import classes from './explore.module.css';
import { useDrawnCanvas } from './use-drawn-canvas.ts';
import { useExploration } from './use-exploration.ts';

/** Buckets of the whole history: about one a pixel. */
const BUCKETS = 1024;

interface Drag {
  readonly what: 'move' | 'from' | 'to';
  /** Bars from the grabbed place to the start of the view. */
  readonly offset: number;
}

/** The whole history with a brush: drag it, or one of its ends, or press anywhere to go there. */
export function Minimap() {
  const exploration = useExploration();
  const { store, series } = exploration;
  const palette = usePalette();
  const drag = useRef<Drag | null>(null);
  const canvas = useDrawnCanvas(
    useCallback(
      ({ context, width, height, ratio }) => {
        const state = store.getState();
        drawMinimap(
          context,
          exploration.overview(BUCKETS),
          {
            bars: series.bars,
            view: state.viewport,
            cursor: state.cursor,
            end: endOf(state, series.bars),
          },
          { width, height, ratio, palette },
        );
      },
      [exploration, store, series, palette],
    ),
  );

  function placeOf(event: PointerEvent<HTMLCanvasElement>): { x: number; bar: number; width: number } {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const x = event.clientX - left;
    return { x, bar: (x / width) * series.bars, width };
  }

  function onPointerDown(event: PointerEvent<HTMLCanvasElement>): void {
    const { viewport, setViewport } = store.getState();
    const { x, bar, width } = placeOf(event);
    const { left, right } = brushOf(viewport, series.bars, width);
    event.currentTarget.setPointerCapture(event.pointerId);
    if (Math.abs(x - left) <= HANDLE) drag.current = { what: 'from', offset: 0 };
    else if (Math.abs(x - right) <= HANDLE) drag.current = { what: 'to', offset: 0 };
    else if (x > left && x < right) drag.current = { what: 'move', offset: bar - viewport.from };
    else {
      const width = widthOf(viewport);
      drag.current = { what: 'move', offset: width / 2 };
      setViewport({ from: bar - width / 2, to: bar + width / 2 });
    }
  }

  function onPointerMove(event: PointerEvent<HTMLCanvasElement>): void {
    if (drag.current === null) return;
    const { viewport, setViewport } = store.getState();
    setViewport(dragged(viewport, drag.current, placeOf(event).bar));
  }

  return (
    <canvas
      ref={canvas}
      className={classes.minimap}
      role="img"
      aria-label="The whole history, with what is in view; 0 shows all of it, arrows pan, plus and minus zoom"
      data-testid="minimap"
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => {
        drag.current = null;
      }}
    />
  );
}

function dragged({ from, to }: Viewport, { what, offset }: Drag, bar: number): Viewport {
  if (what === 'from') return { from: Math.min(bar, to - 1), to };
  if (what === 'to') return { from, to: Math.max(bar, from + 1) };
  return { from: bar - offset, to: bar - offset + (to - from) };
}
