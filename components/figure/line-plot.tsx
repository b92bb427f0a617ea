'use client';

import '@mantine/charts/styles.css';
import { LineChart } from '@mantine/charts';
import type { CSSProperties } from 'react';
import classes from './line-plot.module.css';

export interface PlotLine {
  /** Key in each row of the data. */
  name: string;
  label: string;
  color: string;
  /** Written at the line's end, so that its colour is not its only sign. */
  letter?: string;
  dashed?: boolean;
}

interface LinePlotProps {
  label: string;
  rows: Record<string, number | null>[];
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
  const lastOf = (name: string) => rows.findLastIndex((row) => row[name] !== null && row[name] !== undefined);
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
        lineProps={({ name }) => {
          const line = lines.find((one) => one.name === name);
          const last = lastOf(name);
          return {
            isAnimationActive: false,
            label: line?.letter
              ? ({ index, x: left, y: top }: { index?: number; x?: number | string; y?: number | string }) =>
                  index === last ? (
                    <text
                      x={Number(left) + 6}
                      y={Number(top) + 4}
                      fill={line.color}
                      className={classes.letter}
                    >
                      {line.letter}
                    </text>
                  ) : (
                    <g />
                  )
              : undefined,
          };
        }}
      />
      <figcaption className={classes.xLabel}>{props.xLabel}</figcaption>
    </figure>
  );
}
