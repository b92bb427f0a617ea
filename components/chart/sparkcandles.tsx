'use client';

import { useLayoutEffect, useRef, useState } from 'react';
import { type CanvasSize, observeCanvasSize } from './canvas-size.ts';
import classes from './chart.module.css';
import { drawSparkcandles, type SparkWindow } from './draw-sparkcandles.ts';
import { beforePaint } from './paint-batch.ts';
import { usePalette } from './use-palette.ts';

interface SparkcandlesProps {
  /** Drawn again only when it is another object. */
  window: SparkWindow;
  volume?: boolean;
  /** The window in words; without it the canvas is silent, for where words stand beside it. */
  label?: string;
}

/** A window as a thumbnail: fills its container, whose size it never changes. */
export function Sparkcandles({ window: shown, volume = false, label }: SparkcandlesProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useRef<CanvasSize | null>(null);
  const palette = usePalette();
  const look = useRef({ shown, volume, palette });
  const [draw] = useState(() => () => {
    const context = canvas.current?.getContext('2d');
    if (!context || size.current === null) return;
    const { shown, ...rest } = look.current;
    drawSparkcandles(context, shown, { ...size.current, ...rest });
  });

  useLayoutEffect(() => {
    look.current = { shown, volume, palette };
    beforePaint(draw);
  }, [draw, shown, volume, palette]);

  useLayoutEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    return observeCanvasSize(element, (next) => {
      size.current = next;
      // This blanks it; what is drawn in the same turn is what is painted.
      element.width = next.width;
      element.height = next.height;
      draw();
    });
  }, [draw]);

  return (
    <canvas
      ref={canvas}
      className={classes.sparkcandles}
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    />
  );
}
