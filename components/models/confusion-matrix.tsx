import type { CSSProperties } from 'react';
import { ClassBadge } from '@/components/class/class-badge.tsx';
import { formatCount, formatShare } from '@/components/figure/format.ts';
import { CLASS_FACTS, CLASS_IDS } from '@/lib/contract/classes.ts';
import classes from './version-page.module.css';

interface ConfusionMatrixProps {
  /** Rows the truth, columns the prediction; counts, or weights at natural prevalence. */
  cells: readonly (readonly number[])[];
  label: string;
}

/** Five by five: counts with their share of the row, which also shades the cell; the diagonal is outlined. */
export function ConfusionMatrix({ cells, label }: ConfusionMatrixProps) {
  return (
    <table className={classes.confusion} aria-label={label}>
      <thead>
        <tr>
          <td className={classes.corner}>truth ↓ predicted →</td>
          {CLASS_IDS.map((id) => (
            <th key={id} scope="col">
              <ClassBadge id={id} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {CLASS_IDS.map((truth, row) => (
          <tr key={truth}>
            <th scope="row">
              <ClassBadge id={truth} /> <span>{CLASS_FACTS[truth].name}</span>
            </th>
            {CLASS_IDS.map((predicted, at) => (
              <Cell
                key={predicted}
                count={cells[row]?.[at] ?? 0}
                total={(cells[row] ?? []).reduce((sum, count) => sum + count, 0)}
                hit={row === at}
                title={`${CLASS_FACTS[truth].name} taken for ${CLASS_FACTS[predicted].name}`}
              />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface CellProps {
  count: number;
  total: number;
  hit: boolean;
  title: string;
}

function Cell({ count, total, hit, title }: CellProps) {
  const share = total > 0 ? count / total : 0;
  return (
    <td
      data-hit={hit || undefined}
      style={{ '--share': `${share * 100}%` } as CSSProperties}
      title={hit ? undefined : title}
    >
      {countWords(count)}
      <small>{total > 0 ? formatShare(share) : '–'}</small>
    </td>
  );
}

/** Weights below ten keep a decimal: 0.4 of a window is not none. */
function countWords(count: number): string {
  return Number.isInteger(count) || count >= 10 ? formatCount(count) : count.toFixed(1);
}
