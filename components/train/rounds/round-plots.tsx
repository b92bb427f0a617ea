import dynamic from 'next/dynamic';
import { LoadingBlock } from '@/components/figure/loading.tsx';
import type { SelfTraining } from '@/lib/contract/self-training.ts';
import { pointsOf } from './round-words.ts';
import classes from './rounds.module.css';

const HEIGHT = 150;
const LinePlot = dynamic(() => import('@/components/figure/line-plot.tsx'), {
  ssr: false,
  loading: () => <LoadingBlock height={HEIGHT + 14} />,
});

const PLOTS = [
  {
    name: 'Macro-F1 on validation',
    lines: [
      { name: 'macroF1', label: 'Student', color: 'var(--hy-accent)' },
      { name: 'control', label: 'Control', color: 'var(--hy-text)', dashed: true },
    ],
  },
  {
    name: 'Calibration error (ECE)',
    lines: [
      { name: 'ece', label: 'Sampled', color: 'var(--hy-accent)' },
      { name: 'eceNatural', label: 'Natural', color: 'var(--hy-text)', dashed: true },
    ],
  },
  {
    name: 'Share of pseudo-labels',
    lines: [{ name: 'pseudoShare', label: 'Of the training rows', color: 'var(--hy-accent)' }],
  },
  {
    name: 'Drift of the class mix',
    lines: [{ name: 'drift', label: 'Pseudo-labels from labels', color: 'var(--hy-accent)' }],
  },
] as const;

/** What changes from round to round; one round alone has nothing to show here. */
export function RoundPlots({ of }: { of: SelfTraining }) {
  const points = pointsOf(of).filter(({ pseudoShare }) => pseudoShare !== null);
  if (points.length < 2) return null;
  const last = points[points.length - 1].number;
  return (
    <div className={classes.plots}>
      {PLOTS.map(({ name, lines }) => (
        <div key={name}>
          <h2 className={classes.plotName}>
            {name} <small>{lines.map(({ label }) => label.toLowerCase()).join(', dashed ')}</small>
          </h2>
          <LinePlot
            label={`${name} by round`}
            rows={points.map((point) => ({ ...point }))}
            x="number"
            xDomain={[1, last]}
            xTicks={points.map(({ number }) => number)}
            yDomain={[0, 1]}
            lines={lines}
            syncId="rounds"
            dots
            height={HEIGHT}
            xLabel="round"
            readX={(round) => `Round ${round}`}
          />
        </div>
      ))}
    </div>
  );
}
