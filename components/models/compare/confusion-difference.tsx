import type { CSSProperties } from 'react';
import type { MetricsBlock } from '@/lib/contract/models.ts';
import { ClassMatrix } from '../class-matrix.tsx';
import classes from './compare.module.css';

/** How much more often, of each class's rows, the first version says a class than the second: in points of a hundred. */
export function ConfusionDifference({ own, other }: { own: MetricsBlock; other: MetricsBlock }) {
  return (
    <ClassMatrix
      label="Difference of the confusions"
      cell={(row, column) => {
        const change = shareOf(own, row, column) - shareOf(other, row, column);
        return (
          <td
            className={classes.change}
            data-hit={row === column || undefined}
            data-sign={Math.sign(change)}
            style={{ '--share': `${Math.min(100, Math.abs(change) * 200)}%` } as CSSProperties}
          >
            {pointsOf(change)}
          </td>
        );
      }}
    />
  );
}

function shareOf({ confusion }: MetricsBlock, row: number, at: number): number {
  const cells = confusion?.[row] ?? [];
  const total = cells.reduce((sum, count) => sum + count, 0);
  return total > 0 ? cells[at] / total : 0;
}

function pointsOf(change: number): string {
  const points = Math.round(change * 100);
  if (points === 0) return '0';
  return `${points < 0 ? '−' : '+'}${Math.abs(points)}`;
}
