import classes from './figure.module.css';

interface ProgressBarProps {
  /** 0 to 1; null where it cannot be known yet. */
  value: number | null;
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  label: string;
}

/** How far a long work is; its words stand beside it. */
export function ProgressBar({ value, state, label }: ProgressBarProps) {
  const share = state === 'done' ? 1 : (value ?? 0);
  return (
    <span
      className={classes.progress}
      data-state={state}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={value === null && state !== 'done' ? undefined : Math.round(share * 100)}
    >
      <span className={classes.progressFill} style={{ transform: `scaleX(${share})` }} />
    </span>
  );
}
