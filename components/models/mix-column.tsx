import { formatCount, formatFigure } from '@/components/figure/format.ts';
import { IntervalFigure } from '@/components/figure/interval-figure.tsx';
import { EmptyNote } from '@/components/figure/notice.tsx';
import type { MetricsBlock } from '@/lib/contract/models.ts';
import { ConfusionMatrix } from './confusion-matrix.tsx';
import { PrCurves } from './pr-curves.tsx';
import { ReliabilityDiagram } from './reliability-diagram.tsx';
import classes from './version-page.module.css';

interface MixProps {
  name: string;
  block: MetricsBlock;
}

/** The headline figures of one mix. */
export function MixFigures({ name, block }: MixProps) {
  return (
    <section className={classes.headline} aria-label={`${name}: headline figures`}>
      <h2>{name}</h2>
      <Headline name="Macro-F1">
        <IntervalFigure value={block.macro_f1} interval={block.macro_f1_interval} />
      </Headline>
      <Headline name="ECE">
        <IntervalFigure value={block.ece} interval={block.ece_interval} />
        {block.ece_before === undefined ? null : (
          <small className={classes.before}>{formatFigure(block.ece_before)} before</small>
        )}
      </Headline>
      <Headline name="Pole error, ATR">
        <IntervalFigure value={block.pole_mae} interval={block.pole_mae_interval} digits={2} />
      </Headline>
      <Headline name="Rows">{formatCount(block.rows)}</Headline>
    </section>
  );
}

function Headline({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className={classes.headlineFigure}>
      <small>{name}</small>
      <span>{children}</span>
    </div>
  );
}

/** The plots of one mix, one below the other. */
export function MixPlots({ name, block }: MixProps) {
  return (
    <section className={classes.mix} aria-label={`${name}: plots`}>
      <h3>Confusion, {name.toLowerCase()}</h3>
      {block.confusion ? (
        <ConfusionMatrix cells={block.confusion} label={`Confusion, ${name.toLowerCase()}`} />
      ) : (
        <EmptyNote text="This version's metrics hold no confusion matrix." />
      )}
      <div className={classes.plots}>
        <div>
          <h3>Reliability</h3>
          {block.reliability ? (
            <ReliabilityDiagram
              bins={block.reliability}
              label={`Reliability, ${name.toLowerCase()}: expected calibration error ${formatFigure(block.ece)}`}
            />
          ) : (
            <EmptyNote text="This version's metrics hold no reliability bins." />
          )}
        </div>
        <div>
          <h3>Precision over recall</h3>
          <PrCurves block={block} label={`Precision over recall, ${name.toLowerCase()}`} />
        </div>
      </div>
    </section>
  );
}
