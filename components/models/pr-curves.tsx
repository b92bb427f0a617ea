import dynamic from 'next/dynamic';
import { useMemo } from 'react';
import { LoadingBlock } from '@/components/figure/loading.tsx';
import { CLASS_FACTS, CLASS_IDS } from '@/lib/contract/classes.ts';
import type { MetricsBlock } from '@/lib/contract/models.ts';
import { curveRows } from './precision-at.ts';

const HEIGHT = 280;
const STEPS = 100;
const TICKS = [0, 0.25, 0.5, 0.75, 1];
const LinePlot = dynamic(() => import('@/components/figure/line-plot.tsx'), {
  ssr: false,
  loading: () => <LoadingBlock height={HEIGHT + 14} />,
});

const readRecall = (recall: number) => `Recall ${recall.toFixed(2)}`;

/** Precision over recall of every class with enough rows. */
export function PrCurves({ block, label }: { block: MetricsBlock; label: string }) {
  const rows = useMemo(
    () => curveRows(Object.fromEntries(block.per_class.map((entry) => [entry.class, entry.pr_curve])), STEPS),
    [block],
  );
  const drawn = CLASS_IDS.filter((id) =>
    block.per_class.some((entry) => entry.class === id && entry.pr_curve),
  );
  return (
    <LinePlot
      label={label}
      rows={rows}
      x="recall"
      xDomain={[0, 1]}
      xTicks={TICKS}
      yDomain={[0, 1]}
      stepped
      height={HEIGHT}
      xLabel="recall"
      readX={readRecall}
      lines={drawn.map((id) => ({
        name: id,
        label: CLASS_FACTS[id].name,
        color: `var(--hy-class-${id})`,
        letter: CLASS_FACTS[id].letter,
      }))}
    />
  );
}
