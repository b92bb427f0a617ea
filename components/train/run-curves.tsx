import dynamic from 'next/dynamic';
import { LoadingBlock } from '@/components/figure/loading.tsx';
import { CLASS_FACTS, CLASS_IDS } from '@/lib/contract/classes.ts';
import type { Epoch } from '@/lib/contract/train.ts';
import { ticksTo } from './epoch-ticks.ts';
import classes from './run-page.module.css';

const HEIGHT = 190;
const LinePlot = dynamic(() => import('@/components/figure/line-plot.tsx'), {
  ssr: false,
  loading: () => <LoadingBlock height={HEIGHT + 14} />,
});

const readEpoch = (epoch: number) => `Epoch ${epoch}`;

/** Loss, macro-F1 and F1 by class, epoch by epoch; hovering one plot reads all three. */
export function RunCurves({ epochs, planned }: { epochs: readonly Epoch[]; planned: number }) {
  const rows = epochs.map(({ epoch, trainLoss, validationLoss, macroF1, perClassF1 }) => ({
    epoch,
    trainLoss,
    validationLoss,
    macroF1,
    ...Object.fromEntries(CLASS_IDS.map((id, at) => [id, perClassF1[at] ?? null])),
  }));
  const last = Math.max(planned, epochs.at(-1)?.epoch ?? 1, 2);
  const shared = {
    rows,
    x: 'epoch',
    xDomain: [1, last] as [number, number],
    xTicks: ticksTo(last),
    syncId: 'run',
    height: HEIGHT,
    xLabel: 'epoch',
    readX: readEpoch,
    dots: epochs.length < 30,
  };
  return (
    <>
      <h2 className={classes.plotName}>
        Loss <LineKey color="var(--hy-accent)" name="training" />{' '}
        <LineKey color="var(--hy-text)" name="validation" dashed />
      </h2>
      <LinePlot
        {...shared}
        label="Loss by epoch"
        lines={[
          { name: 'trainLoss', label: 'Training', color: 'var(--hy-accent)' },
          { name: 'validationLoss', label: 'Validation', color: 'var(--hy-text)', dashed: true },
        ]}
      />
      <h2 className={classes.plotName}>Macro-F1, validation</h2>
      <LinePlot
        {...shared}
        label="Macro-F1 by epoch"
        yDomain={[0, 1]}
        lines={[{ name: 'macroF1', label: 'Macro-F1', color: 'var(--hy-accent)' }]}
      />
      <h2 className={classes.plotName}>F1 by class, validation</h2>
      <LinePlot
        {...shared}
        label="F1 of each class by epoch"
        yDomain={[0, 1]}
        lines={CLASS_IDS.map((id) => ({
          name: id,
          label: CLASS_FACTS[id].name,
          color: `var(--hy-class-${id})`,
          letter: CLASS_FACTS[id].letter,
        }))}
      />
    </>
  );
}

function LineKey({ color, name, dashed }: { color: string; name: string; dashed?: boolean }) {
  return (
    <span className={classes.lineKey}>
      <svg width="20" height="8" aria-hidden="true">
        <line
          x1="0"
          x2="20"
          y1="4"
          y2="4"
          stroke={color}
          strokeWidth="1.5"
          strokeDasharray={dashed ? '4 3' : undefined}
        />
      </svg>
      {name}
    </span>
  );
}
