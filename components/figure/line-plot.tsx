'use client';

import '@mantine/charts/styles.css';
import { LineChart } from '@mantine/charts';
import type { CSSProperties } from 'react';
import { LineLetters, type PlotLine, type PlotRow } from './line-letters.tsx';
import classes from './line-plot.module.css';

interface LinePlotProps {
  label: string;
  rows: PlotRow[];
  x: string;
  xDomain: [number, number];
  xTicks?: number[];
  yDomain?: [number, number];
  lines: readonly PlotLine[];
  /** Plots with the same one show the same place when one is hovered. */
  syncId?: string;
  stepped?: boolean;
  dots?: boolean;
  height: number;
  xLabel: string;
  readX: (x: number) => string;
}

const two = (value: number) => value.toFixed(2);

/** Lines over one axis; hovering reads all of them. Loaded lazily, since charts weigh more than the pages. */
export default function LinePlot(props: LinePlotProps) {
  const { rows, lines, x, stepped } = props;
  return (
    <figure
      className={classes.plot}
      aria-label={props.label}
      style={{ '--plot-height': `${props.height}px` } as CSSProperties}
    >
      <LineChart
        h={props.height}
        data={rows}
        dataKey={x}
        series={lines.map(({ name, label, color, dashed }) => ({
          name,
          label,
          color,
          strokeDasharray: dashed ? '4 3' : undefined,
        }))}
        curveType={stepped ? 'stepBefore' : 'linear'}
        connectNulls={false}
        withDots={props.dots ?? false}
        dotProps={{ r: 2 }}
        activeDotProps={{ r: 4 }}
        strokeWidth={1.5}
        gridAxis="x"
        textColor="var(--hy-dim)"
        gridColor="var(--hy-line)"
        tickLine="none"
        valueFormatter={(value) => value.toFixed(3)}
        lineChartProps={{ syncId: props.syncId, margin: { top: 8, right: 20, bottom: 4, left: 0 } }}
        xAxisProps={{
          type: 'number',
          domain: props.xDomain,
          ticks: props.xTicks,
          allowDecimals: false,
          height: 28,
          tickMargin: 4,
        }}
        yAxisProps={{
          domain: props.yDomain ?? ['auto', 'auto'],
          tickFormatter: two,
          width: 46,
          tickMargin: 4,
        }}
        tooltipAnimationDuration={0}
        tooltipProps={{ labelFormatter: (value) => props.readX(Number(value)) }}
        lineProps={{ isAnimationActive: false }}
      >
        <LineLetters rows={rows} x={x} lines={lines} />
      </LineChart>
      <figcaption className={classes.xLabel}>{props.xLabel}</figcaption>
    </figure>
  );
}
