'use client';

import { type Ref, useMemo } from 'react';
import { type ChartHandle, LabelChart } from '@/components/chart/label-chart.tsx';
import { NO_SHADES, patchShades } from '@/components/chart/patch-shades.ts';
import { ToolButton } from '@/components/figure/tool-button.tsx';
import type { HeldItem } from '@/lib/client/label/held-item.ts';
import classes from './chart-area.module.css';
import { chartViewOf } from './chart-view.ts';
import { ModelSees } from './model-sees.tsx';
import { Similar } from './similar.tsx';
import { useLabel } from './use-label-store.ts';
import { useChartMarks } from './use-own-marks.ts';
import { usePatchWeights } from './use-patch-weights.ts';

interface ChartAreaProps {
  held: HeldItem;
  handle: Ref<ChartHandle>;
  logarithmic: boolean;
  /** The model's word on this window is shown. */
  peeks: boolean;
  /** Shade what the model goes by. */
  explained: boolean;
  onLogarithmic: () => void;
  onReset: () => void;
}

/** The chart with its title and its two switches. */
export function ChartArea({
  held,
  handle,
  logarithmic,
  peeks,
  explained,
  onLogarithmic,
  onReset,
}: ChartAreaProps) {
  const view = chartViewOf(held);
  const { marks, moving } = useChartMarks(held);
  const { windowId } = held.item;
  const last = useLabel((state) => state.answers[0] ?? null);
  const { weights, isUnderWay } = usePatchWeights(windowId, explained);
  const shades = useMemo(
    () => (weights ? { class: weights.class, shades: patchShades(weights.channels, 0) } : NO_SHADES),
    [weights],
  );
  return (
    <section className={classes.area} aria-label="Chart" data-window={windowId}>
      <div className={classes.title}>
        <h2>{view.title}</h2>
        <span className={classes.time}>{view.time}</span>
        <span className={classes.tools}>
          <ToolButton title="Logarithmic prices (L)" pressed={logarithmic} onPress={onLogarithmic}>
            log
          </ToolButton>
          <ToolButton title="Back to the window (0)" onPress={onReset}>
            1×
          </ToolButton>
        </span>
      </div>
      <LabelChart
        data={view.data}
        marks={marks}
        moving={moving}
        shades={shades}
        logarithmic={logarithmic}
        description={view.description}
        handle={handle}
      />
      <ModelSees windowId={windowId} weights={weights} weighing={isUnderWay}>
        <Similar windowId={peeks ? windowId : (last?.windowId ?? null)} inView={peeks} />
      </ModelSees>
    </section>
  );
}
