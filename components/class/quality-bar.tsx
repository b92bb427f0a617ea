import classes from './quality-bar.module.css';

interface QualityBarProps {
  /** 0 to 1. */
  value: number;
  /** The operating threshold, drawn as a tick; absent where the model has none for this class. */
  threshold?: number | null;
  label: string;
}

/** How sure a model is, with the tick above which its word is taken. */
export function QualityBar({ value, threshold, label }: QualityBarProps) {
  const percent = (x: number) => `${Math.max(0, Math.min(1, x)) * 100}%`;
  return (
    <span
      className={classes.bar}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={1}
      aria-valuenow={Number(value.toFixed(3))}
    >
      <span className={classes.fill} style={{ width: percent(value) }} />
      {threshold === null || threshold === undefined ? null : (
        <span className={classes.tick} style={{ left: percent(threshold) }} />
      )}
    </span>
  );
}
