import type { CSSProperties } from 'react';
import { formatCount, formatShare } from '@/components/figure/format.ts';
import { CLASS_FACTS, CLASS_IDS } from '@/lib/contract/classes.ts';
import { ClassMatrix } from './class-matrix.tsx';

interface ConfusionMatrixProps {
  /** Rows the truth, columns the prediction; counts, or weights at natural prevalence. */
  cells: readonly (readonly number[])[];
  label: string;
}

/** Five by five: counts with their share of the row, which also shades the cell; the diagonal is outlined. */
export function ConfusionMatrix({ cells, label }: ConfusionMatrixProps) {
  return (
    <ClassMatrix
      label={label}
      cell={(row, column) => (
        <Cell
          count={cells[row]?.[column] ?? 0}
          total={(cells[row] ?? []).reduce((sum, count) => sum + count, 0)}
          hit={row === column}
          title={`${CLASS_FACTS[CLASS_IDS[row]].name} taken for ${CLASS_FACTS[CLASS_IDS[column]].name}`}
        />
      )}
    />
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
