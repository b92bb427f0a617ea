import classes from './figure.module.css';
import { formatFigure, formatHalfWidth } from './format.ts';

interface IntervalFigureProps {
  value: number | null | undefined;
  interval?: readonly [number, number] | null;
  digits?: number;
}

/** A figure with its interval behind it, smaller and grey: `0.742 ±0.018`. */
export function IntervalFigure({ value, interval, digits = 3 }: IntervalFigureProps) {
  const half = formatHalfWidth(interval, digits);
  const range = interval ? interval.map((end) => end.toFixed(digits)).join(' to ') : undefined;
  return (
    <span title={range ? `95 % interval ${range}` : undefined}>
      {formatFigure(value, digits)}
      {half ? <span className={classes.interval}>{half}</span> : null}
    </span>
  );
}
