import { Fragment, type ReactNode } from 'react';
import { ClassBadge } from '@/components/class/class-badge.tsx';
import { CLASS_FACTS, CLASS_IDS } from '@/lib/contract/classes.ts';
import classes from './version-page.module.css';

interface ClassMatrixProps {
  label: string;
  /** The `td` of a truth (row) and a prediction (column), by their places among the classes. */
  cell: (row: number, column: number) => ReactNode;
}

/** Five by five, rows the truth, columns the prediction. */
export function ClassMatrix({ label, cell }: ClassMatrixProps) {
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
            {CLASS_IDS.map((predicted, column) => (
              <Fragment key={predicted}>{cell(row, column)}</Fragment>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
