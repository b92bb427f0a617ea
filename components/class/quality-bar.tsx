import classes from './quality-bar.module.css';

interface QualityBarProps {
  /** 0 to 1. The number itself stands beside the bar, so the bar is silent. */
  value: number;
  /** The operating threshold, drawn as a tick; absent where the model has none for this class. */
  threshold?: number | null;
}

/** How sure a model is, with the tick above which its word is taken. */
export function QualityBar({ value, threshold }: QualityBarProps) {
  const percent = (x: number) => `${Math.max(0, Math.min(1, x)) * 100}%`;
  return (
    <span className={classes.bar} aria-hidden="true">
      <span className={classes.fill} style={{ width: percent(value) }} />
      {threshold === null || threshold === undefined ? null : (
        <span className={classes.tick} style={{ left: percent(threshold) }} />
      )}
    </span>
  );
}
