import classes from '@/components/figure/figure.module.css';
import { formatFigure, formatHalfWidth } from '@/components/figure/format.ts';
import type { Compared } from '@/lib/contract/gate.ts';

/** How far a version is from the other, signed, with the interval of the difference behind it: `+0.031 ±0.012`. */
export function DifferenceFigure({
  difference,
  differenceInterval,
}: Pick<Compared, 'difference' | 'differenceInterval'>) {
  if (difference === null) return <span>{formatFigure(null)}</span>;
  const range = differenceInterval?.map(signed).join(' to ');
  return (
    <span title={range ? `95 % interval of the paired difference: ${range}` : undefined}>
      {signed(difference)}
      <span className={classes.interval}>{formatHalfWidth(differenceInterval)}</span>
    </span>
  );
}

/** With a real minus sign, as wide as the plus. */
const signed = (value: number): string => `${value < 0 ? '−' : '+'}${formatFigure(Math.abs(value))}`;
