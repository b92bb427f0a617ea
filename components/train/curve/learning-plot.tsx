import { formatCount, formatFigure } from '@/components/figure/format.ts';
import { CLASS_FACTS } from '@/lib/contract/classes.ts';
import { type ClassCurve, TARGET } from './class-curve.ts';
import classes from './learning.module.css';

const WIDTH = 360;
const HEIGHT = 190;
const LEFT = 30;
const BOTTOM = 22;
const GRID = [0, 0.25, 0.5, 0.75, 1];
const TICKS = [10, 30, 100, 300, 1000, 3000, 10_000, 30_000];

/**
 * F1 of one class over its labels, on a logarithmic axis: points with their intervals, the fitted curve, dashed where it is
 * drawn out, its band, and the target.
 */
export function LearningPlot({ curve, least, most }: { curve: ClassCurve; least: number; most: number }) {
  const x = (labels: number) =>
    LEFT + ((WIDTH - LEFT - 8) * Math.log(labels / least)) / Math.log(most / least);
  const y = (f1: number) => 6 + (HEIGHT - BOTTOM - 6) * (1 - Math.min(1, Math.max(0, f1)));
  const now = Math.max(0, ...curve.points.map(({ labels }) => labels));
  const path = (line: ClassCurve['line']) =>
    line.map(({ labels, value }, i) => `${i === 0 ? 'M' : 'L'}${x(labels)} ${y(value)}`).join('');
  const upper = curve.line.map(({ labels, interval }) => `${x(labels)},${y(interval.high)}`);
  const lower = curve.line.map(({ labels, interval }) => `${x(labels)},${y(interval.low)}`).reverse();
  return (
    <svg
      className={classes.plot}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`F1 of ${CLASS_FACTS[curve.id].name.toLowerCase()} over labels`}
      style={{ '--class': `var(--hy-class-${curve.id})` } as React.CSSProperties}
    >
      <rect
        className={classes.target}
        x={x(TARGET.least)}
        width={x(Math.min(most, TARGET.most)) - x(TARGET.least)}
        y={6}
        height={HEIGHT - BOTTOM - 6}
      >
        <title>{`Target: ${formatCount(TARGET.least)} to ${formatCount(TARGET.most)} labels`}</title>
      </rect>
      {GRID.map((f1) => (
        <g key={f1}>
          <line className={classes.grid} x1={LEFT} x2={WIDTH - 8} y1={y(f1)} y2={y(f1)} />
          <text className={classes.tick} x={LEFT - 5} y={y(f1) + 4} textAnchor="end">
            {f1}
          </text>
        </g>
      ))}
      {TICKS.filter((labels) => labels >= least && labels <= most).map((labels) => (
        <text key={labels} className={classes.tick} x={x(labels)} y={HEIGHT - 6} textAnchor="middle">
          {formatCount(labels)}
        </text>
      ))}
      {curve.line.length > 0 ? (
        <>
          <polygon className={classes.band} points={[...upper, ...lower].join(' ')} />
          <path className={classes.line} d={path(curve.line.filter(({ labels }) => labels <= now * 1.05))} />
          <path
            className={classes.line}
            strokeDasharray="4 3"
            d={path(curve.line.filter(({ labels }) => labels >= now * 0.95))}
          />
        </>
      ) : null}
      {curve.points.map(({ labels, f1, interval }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two draws may have measured the same
        <g key={i}>
          <title>
            {`${formatCount(labels)} labels: ${formatFigure(f1)} (${formatFigure(interval.low)} to ${formatFigure(interval.high)})`}
          </title>
          <line
            className={classes.line}
            x1={x(labels)}
            x2={x(labels)}
            y1={y(interval.low)}
            y2={y(interval.high)}
          />
          <circle className={classes.point} cx={x(labels)} cy={y(f1)} r={3.5} />
        </g>
      ))}
    </svg>
  );
}
