import { UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { flexRender, type Header, type RowData, type Table } from '@tanstack/react-table';
import classes from './data-table.module.css';

interface TableHeadProps<T extends RowData> {
  table: Table<T>;
  /** Whether all rows are ticked; null where rows cannot be. */
  ticked: boolean | null;
  onTickAll: () => void;
}

export function TableHead<T extends RowData>({ table, ticked, onTickAll }: TableHeadProps<T>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows of a virtual table are placed, which table elements are not
    // biome-ignore lint/a11y/useFocusableInteractive: its buttons are
    <div role="row" className={classes.head} aria-rowindex={1}>
      {ticked === null ? null : (
        // biome-ignore lint/a11y/useSemanticElements: as above
        // biome-ignore lint/a11y/useFocusableInteractive: its box is
        <div role="columnheader" className={classes.check}>
          <input type="checkbox" aria-label="Choose all rows" checked={ticked} onChange={onTickAll} />
        </div>
      )}
      {table.getFlatHeaders().map((header) => (
        <HeadCell key={header.id} header={header} />
      ))}
    </div>
  );
}

function HeadCell<T extends RowData>({ header }: { header: Header<T, unknown> }) {
  const { meta } = header.column.columnDef;
  const sorted = header.column.getIsSorted();
  const content = flexRender(header.column.columnDef.header, header.getContext());
  const Chevron = sorted === 'asc' ? IconChevronUp : IconChevronDown;
  return (
    // biome-ignore lint/a11y/useSemanticElements: as above
    // biome-ignore lint/a11y/useFocusableInteractive: its button is
    <div
      role="columnheader"
      className={classes.cell}
      data-align={meta?.align}
      title={meta?.title}
      aria-sort={sorted ? (sorted === 'asc' ? 'ascending' : 'descending') : undefined}
    >
      {header.column.getCanSort() ? (
        <UnstyledButton className={classes.sort} onClick={header.column.getToggleSortingHandler()}>
          {content}
          {sorted ? <Chevron size={12} aria-hidden="true" /> : null}
        </UnstyledButton>
      ) : (
        content
      )}
    </div>
  );
}
