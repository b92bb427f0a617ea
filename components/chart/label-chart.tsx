'use client';

import { type Ref, useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from 'react';
import { Attribution } from './attribution.tsx';
import classes from './chart.module.css';
import type { ChartData } from './chart-data.ts';
import { ChartLegend } from './chart-legend.tsx';
import { type LabelChart as Chart, createLabelChart } from './create-label-chart.ts';
import { MarkHandles, type MarkHandlesProps } from './mark-handles.tsx';
import type { ChartMarks } from './marks.ts';
import type { ClassShades } from './patch-shades.ts';
import { themePalette, usePalette } from './use-palette.ts';

/** What keys may do to the chart. */
export type ChartHandle = Pick<Chart, 'resetZoom' | 'zoom' | 'moveCrosshair' | 'clearCrosshair'>;

interface LabelChartProps {
  data: ChartData;
  marks: ChartMarks;
  /** What a model goes by; under the candles. */
  shades: ClassShades;
  logarithmic: boolean;
  /** The window in words: a canvas says nothing to a screen reader. */
  description: string;
  handle?: Ref<ChartHandle>;
  /** Bars that can be moved; none by default. */
  moving?: MarkHandlesProps | null;
}

/** One chart for all windows: new data goes into the same panes, and nothing else on the page moves. */
export function LabelChart({
  data,
  marks,
  shades,
  logarithmic,
  description,
  handle,
  moving = null,
}: LabelChartProps) {
  const container = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart | null>(null);
  const [tops, setTops] = useState<number[]>([]);
  const [bar, setBar] = useState<number | null>(null);
  const elements = useRef<(HTMLElement | null)[]>([]);
  const palette = usePalette();

  useLayoutEffect(() => {
    const element = container.current;
    if (element === null) return;
    const made = createLabelChart(element, themePalette());
    chart.current = made;
    made.onCrosshair(setBar);
    made.onResize(() => setTops(made.paneTops()));
    return () => {
      chart.current = null;
      made.destroy();
    };
  }, []);
  useLayoutEffect(() => {
    chart.current?.setLogarithmic(logarithmic);
  }, [logarithmic]);
  useLayoutEffect(() => {
    const made = chart.current;
    if (made === null) return;
    made.show(data);
    // Tests ask where t came to stand: the eye rests there, so it must never move.
    const frame = requestAnimationFrame(() => {
      const { time } = data.candles[data.candles.length - 1];
      container.current?.setAttribute('data-last-bar', `${time} at ${made.lastBarX()}`);
    });
    return () => cancelAnimationFrame(frame);
  }, [data]);
  useLayoutEffect(() => {
    chart.current?.mark(marks);
  }, [marks]);
  const handles = moving?.handles;
  useLayoutEffect(() => {
    chart.current?.follow(handles?.map(({ at }) => at) ?? [], (points) => {
      for (const [i, point] of points.entries()) {
        const { style } = elements.current[i] ?? {};
        if (!style) continue;
        style.visibility = point === null ? 'hidden' : 'visible';
        if (point !== null) style.transform = `translate(${point.x}px, ${point.y}px)`;
      }
    });
  }, [handles]);
  useEffect(() => {
    chart.current?.shade(shades);
  }, [shades]);
  useEffect(() => {
    chart.current?.setPalette(palette);
  }, [palette]);
  useImperativeHandle(handle, () => ({
    resetZoom: () => chart.current?.resetZoom(),
    zoom: (factor) => chart.current?.zoom(factor),
    moveCrosshair: (bars) => chart.current?.moveCrosshair(bars),
    clearCrosshair: () => chart.current?.clearCrosshair(),
  }));

  return (
    <div className={classes.chart} data-testid="label-chart" data-last={data.candles[data.length - 1].time}>
      <div ref={container} className={classes.canvas} role="img" aria-label={description} />
      {moving ? (
        <MarkHandles
          {...moving}
          elements={elements}
          barAt={(clientX) => {
            const left = container.current?.getBoundingClientRect().left ?? 0;
            return chart.current?.barAt(clientX - left) ?? null;
          }}
        />
      ) : null}
      <ChartLegend data={data} bar={bar} tops={tops} />
      <Attribution />
    </div>
  );
}
