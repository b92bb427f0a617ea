import { flexRender, type Row, type RowData } from '@tanstack/react-table';
import type { KeyboardEvent, MouseEvent } from 'react';
import classes from './data-table.module.css';

interface TableRowProps<T extends RowData> {
  row: Row<T>;
  index: number;
  /** Pixels from the top of the body. */
  start: number;
  focusable: boolean;
  /** Null where rows cannot be ticked. */
  ticked: boolean | null;
  chosen: boolean;
  name: string;
  onTick: () => void;
  onOpen?: () => void;
  onFocus: () => void;
  onKey: (event: KeyboardEvent<HTMLElement>) => void;
}

export function TableRow<T extends RowData>(props: TableRowProps<T>) {
  const { row, index, start, focusable, ticked, chosen, name, onTick, onOpen, onFocus, onKey } = props;
  const open = (event: MouseEvent<HTMLElement>) => {
    // A link or box inside the row does its own.
    if (!(event.target instanceof Element) || event.target.closest('a, button, input')) return;
    onOpen?.();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows of a virtual table are placed, which table elements are not
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={ticked ?? (chosen || undefined)}
      data-index={index}
      data-chosen={chosen || undefined}
      data-opens={onOpen ? '' : undefined}
      className={classes.row}
      style={{ transform: `translateY(${start}px)` }}
      tabIndex={focusable ? 0 : -1}
      onFocus={onFocus}
      onKeyDown={onKey}
      onClick={open}
    >
      {ticked === null ? null : (
        // biome-ignore lint/a11y/useSemanticElements: as above
        // biome-ignore lint/a11y/useFocusableInteractive: its row is
        <div role="gridcell">
          <label className={classes.check}>
            <input
              type="checkbox"
              tabIndex={-1}
              aria-label={`Choose ${name}`}
              checked={ticked}
              onChange={onTick}
            />
          </label>
        </div>
      )}
      {row.getVisibleCells().map((cell) => (
        // biome-ignore lint/a11y/useSemanticElements: as above
        // biome-ignore lint/a11y/useFocusableInteractive: its row is
        <div
          key={cell.id}
          role="gridcell"
          className={classes.cell}
          data-align={cell.column.columnDef.meta?.align}
        >
          {flexRender(cell.column.columnDef.cell, cell.getContext())}
        </div>
      ))}
    </div>
  );
}
