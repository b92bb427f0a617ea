import { SegmentedControl } from '@mantine/core';
import dynamic from 'next/dynamic';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import type { PlotRow } from '@/components/figure/line-letters.tsx';
import { LoadingBlock } from '@/components/figure/loading.tsx';
import { CLASS_FACTS, CLASS_IDS } from '@/lib/contract/classes.ts';
import type { ComparedRun } from '@/lib/contract/compare-runs.ts';
import type { Epoch } from '@/lib/contract/train.ts';
import { ticksTo } from '../epoch-ticks.ts';
import classes from './compare-page.module.css';
import { runColour, runLetter } from './compared-run-name.tsx';

const HEIGHT = 200;
const LinePlot = dynamic(() => import('@/components/figure/line-plot.tsx'), {
  ssr: false,
  loading: () => <LoadingBlock height={HEIGHT + 14} />,
});
const readEpoch = (epoch: number) => `Epoch ${epoch}`;

/** Validation macro-F1, loss and the F1 of one class, every run a line; hovering one plot reads all three. */
export function CompareCurves({ runs }: { runs: readonly ComparedRun[] }) {
  const [classId, setClassId] = useQueryState('class', parseAsStringLiteral(CLASS_IDS).withDefault('flag'));
  const last = Math.max(2, ...runs.flatMap(({ epochs }) => epochs.map(({ epoch }) => epoch)));
  const plot = (
    label: string,
    read: (epoch: Epoch) => number | null | undefined,
    yDomain?: [number, number],
  ) => (
    <LinePlot
      label={label}
      rows={rowsOf(runs, last, read)}
      x="epoch"
      xDomain={[1, last]}
      xTicks={ticksTo(last)}
      yDomain={yDomain}
      syncId="compared"
      height={HEIGHT}
      xLabel="epoch"
      readX={readEpoch}
      dots={last < 30}
      lines={runs.map(({ run }, at) => ({
        name: String(run.id),
        label: `${runLetter(at)} run ${run.id}`,
        color: runColour(at),
        letter: runLetter(at),
      }))}
    />
  );
  const place = CLASS_IDS.indexOf(classId);
  return (
    <section className={classes.plots} aria-label="Curves">
      <div>
        <h2>Macro-F1, validation</h2>
        {plot('Macro-F1 by epoch', ({ macroF1 }) => macroF1, [0, 1])}
      </div>
      <div>
        <h2>Loss, validation</h2>
        {plot('Validation loss by epoch', ({ validationLoss }) => validationLoss)}
      </div>
      <div>
        <h2>
          F1 by class, validation
          <SegmentedControl
            size="xs"
            aria-label="Class"
            value={classId}
            data={CLASS_IDS.map((id) => ({ value: id, label: CLASS_FACTS[id].letter }))}
            onChange={(value) => void setClassId(CLASS_IDS.find((id) => id === value) ?? 'flag')}
          />
        </h2>
        {plot(
          `F1 of ${CLASS_FACTS[classId].name.toLowerCase()} by epoch`,
          ({ perClassF1 }) => perClassF1[place],
          [0, 1],
        )}
      </div>
    </section>
  );
}

/** One row an epoch, with each run's figure under its number. */
function rowsOf(
  runs: readonly ComparedRun[],
  last: number,
  read: (epoch: Epoch) => number | null | undefined,
): PlotRow[] {
  const rows: PlotRow[] = Array.from({ length: last }, (_, at) => ({ epoch: at + 1 }));
  for (const { run, epochs } of runs)
    for (const epoch of epochs) rows[epoch.epoch - 1][run.id] = read(epoch) ?? null;
  return rows;
}
