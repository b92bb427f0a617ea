'use client';

import type { Ref } from 'react';
import { type ChartHandle, LabelChart } from '@/components/chart/label-chart.tsx';
import type { HeldItem } from '@/lib/client/label/held-item.ts';
import classes from './chart-area.module.css';
import { chartViewOf } from './chart-view.ts';
import { ModelSees } from './model-sees.tsx';

interface ChartAreaProps {
  held: HeldItem;
  handle: Ref<ChartHandle>;
  logarithmic: boolean;
  onLogarithmic: () => void;
  onReset: () => void;
}

/** The chart with its title and its two switches. */
export function ChartArea({ held, handle, logarithmic, onLogarithmic, onReset }: ChartAreaProps) {
  const view = chartViewOf(held);
  return (
    <section className={classes.area} aria-label="Chart" data-window={held.item.windowId}>
      <div className={classes.title}>
        <h2>{view.title}</h2>
        <span className={classes.time}>{view.time}</span>
        <span className={classes.tools}>
          <button
            type="button"
            aria-pressed={logarithmic}
            title="Logarithmic prices (L)"
            onClick={onLogarithmic}
          >
            log
          </button>
          <button type="button" title="Back to the window (0)" onClick={onReset}>
            1×
          </button>
        </span>
      </div>
      <LabelChart
        data={view.data}
        marks={view.marks}
        logarithmic={logarithmic}
        description={view.description}
        handle={handle}
      />
      <ModelSees windowId={held.item.windowId} />
    </section>
  );
}
