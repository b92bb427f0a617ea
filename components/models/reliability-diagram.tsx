import { formatFigure, formatShare } from '@/components/figure/format.ts';
import type { MetricsBlock } from '@/lib/contract/models.ts';
import classes from './version-page.module.css';

const SIZE = 220;
const LEFT = 34;
const TOP = 8;
/** Height of the strip below that says how much of the weight lies in a bin. */
const STRIP = 34;
const GRID = [0, 0.25, 0.5, 0.75, 1];

type Reliability = NonNullable<MetricsBlock['reliability']>;

/** How often the top class is right where the model says how sure it is: bars on the diagonal are calibrated. */
export function ReliabilityDiagram({ bins, label }: { bins: Reliability; label: string }) {
  const total = bins.weight.reduce((sum, weight) => sum + weight, 0);
  const most = Math.max(...bins.weight, Number.MIN_VALUE);
  const width = SIZE / bins.weight.length;
  const y = (value: number) => TOP + SIZE * (1 - value);
  const stripTop = TOP + SIZE + 22;
  return (
    <svg
      className={classes.reliability}
      viewBox={`0 0 ${LEFT + SIZE + 12} ${stripTop + STRIP + 20}`}
      role="img"
      aria-label={label}
    >
      {GRID.map((value) => (
        <g key={value}>
          <line className={classes.gridLine} x1={LEFT} x2={LEFT + SIZE} y1={y(value)} y2={y(value)} />
          <text className={classes.tick} x={LEFT - 6} y={y(value) + 4} textAnchor="end">
            {value}
          </text>
          <text className={classes.tick} x={LEFT + SIZE * value} y={TOP + SIZE + 14} textAnchor="middle">
            {value}
          </text>
        </g>
      ))}
      {bins.weight.map((weight, bin) => {
        if (weight <= 0) return null;
        const left = LEFT + bin * width;
        const accuracy = bins.accuracy[bin];
        const confidence = bins.confidence[bin];
        const strip = (STRIP * weight) / most;
        return (
          <g key={left}>
            <title>
              {`Sure ${formatFigure(confidence)}, right ${formatFigure(accuracy)}, ${formatShare(weight / total)} of the weight`}
            </title>
            <rect
              className={classes.bin}
              x={left + 1}
              y={y(accuracy)}
              width={width - 2}
              height={SIZE * accuracy}
            />
            <line
              className={classes.sure}
              x1={left + 1}
              x2={left + width - 1}
              y1={y(confidence)}
              y2={y(confidence)}
            />
            <rect
              className={classes.strip}
              x={left + 1}
              y={stripTop + STRIP - strip}
              width={width - 2}
              height={strip}
            />
          </g>
        );
      })}
      <line className={classes.diagonal} x1={LEFT} y1={y(0)} x2={LEFT + SIZE} y2={y(1)} />
      <text className={classes.tick} x={LEFT + SIZE} y={stripTop + STRIP + 14} textAnchor="end">
        confidence; below, share of the rows
      </text>
    </svg>
  );
}
