'use client';

import { type RefObject, useCallback, useLayoutEffect, useRef } from 'react';
import { type CanvasSize, observeCanvasSize } from '@/components/chart/canvas-size.ts';
import { useDrawing } from './use-exploration.ts';

/** A canvas as it is drawn on: CSS pixels, and how many device pixels one has. */
export interface DrawnCanvas {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
}

/** A canvas that is drawn anew before the next paint when its size, `draw` or the exploration changes. */
export function useDrawnCanvas(draw: (canvas: DrawnCanvas) => void): RefObject<HTMLCanvasElement | null> {
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useRef<CanvasSize | null>(null);
  const redraw = useCallback(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || size.current === null) return;
    const { width, height, ratio } = size.current;
    draw({ context, width: width / ratio, height: height / ratio, ratio });
  }, [draw]);
  useDrawing(redraw);
  const latest = useRef(redraw);
  useLayoutEffect(() => {
    latest.current = redraw;
  });
  useLayoutEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    return observeCanvasSize(element, (next) => {
      size.current = next;
      // This blanks it; what is drawn in the same turn is what is painted.
      element.width = next.width;
      element.height = next.height;
      latest.current();
    });
  }, []);
  return canvas;
}
