import type { CSSProperties } from 'react';
import type { GridSize } from '@/lib/client/label/grid-store.ts';
import classes from './grid-workbench.module.css';

/** The outline of a page, of the same sizes; it appears only when loading takes longer than a blink. */
export function GridSkeleton({ size: { rows, columns, windows } }: { size: GridSize }) {
  return (
    <div className={classes.skeleton} role="status" aria-label="Loading windows">
      <div className={classes.cells} style={{ '--rows': rows, '--columns': columns } as CSSProperties}>
        {Array.from({ length: windows }, (_, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
          <div key={place} className={classes.block} />
        ))}
      </div>
      <div className={classes.block} />
    </div>
  );
}
