import type { ReactNode } from 'react';
import classes from './status-dot.module.css';

export type Status = 'good' | 'busy' | 'warn' | 'bad' | 'idle';

/** A state at a glance; the words beside it say the same, as colour is never the only sign. */
export function StatusDot({ status, children }: { status: Status; children: ReactNode }) {
  return (
    <span className={classes.status}>
      <span className={classes.dot} data-status={status} aria-hidden="true" />
      {children}
    </span>
  );
}
