'use client';

import {
  type ColumnDef,
  getCoreRowModel,
  getSortedRowModel,
  type RowData,
  type SortingState,
  useReactTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useRef, useState } from 'react';
import classes from './data-table.module.css';
import { TableHead } from './table-head.tsx';
import { TableRow } from './table-row.tsx';

declare module '@tanstack/react-table' {
  interface ColumnMeta<TData extends RowData, TValue> {
    /** A CSS grid track: `72px`, `minmax(96px, 1fr)`. */
    width: string;
    align?: 'left' | 'right' | 'center';
    /** The whole name, where the heading is short. */
    title?: string;
  }
}

const ROW_HEIGHT = 32;

interface DataTableProps<T extends RowData> {
  label: string;
  rows: readonly T[];
  columns: ColumnDef<T, never>[];
  rowId: (row: T) => string;
  sorting: SortingState;
  onSorting: (sorting: SortingState) => void;
  /** Ids of rows that are ticked; without it rows cannot be ticked. */
  ticked?: ReadonlySet<string>;
  onTick?: (ids: ReadonlySet<string>) => void;
  /** What a row is called when it is ticked, for those who hear it. */
  rowName?: (row: T) => string;
  chosen?: string | null;
  onOpen?: (row: T) => void;
}

/**
 * A virtual table of 32 px rows with a sticky head. Arrow keys, Home and End move over the rows, Space ticks one,
 * Enter opens one.
 */
export function DataTable<T extends RowData>(props: DataTableProps<T>) {
  const { rows, columns, rowId, sorting, onSorting, ticked, onTick, rowName, chosen, onOpen } = props;
  const scroll = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const table = useReactTable<T>({
    data: rows as T[],
    columns: columns as ColumnDef<T>[],
    getRowId: rowId,
    state: { sorting },
    enableSortingRemoval: false,
    onSortingChange: (next) => onSorting(typeof next === 'function' ? next(sorting) : next),
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
  });
  const model = table.getRowModel().rows;
  const virtual = useVirtualizer({
    count: model.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_HEIGHT,
    scrollPaddingStart: ROW_HEIGHT,
    overscan: 12,
  });
  const at = Math.min(active, model.length - 1);

  const moveTo = (index: number) => {
    const to = Math.max(0, Math.min(model.length - 1, index));
    setActive(to);
    virtual.scrollToIndex(to);
    // The row may be drawn only after the scroll.
    requestAnimationFrame(() =>
      scroll.current?.querySelector<HTMLElement>(`[data-index="${to}"]`)?.focus({ preventScroll: true }),
    );
  };
  const tick = (id: string) => {
    if (!ticked || !onTick) return;
    const next = new Set(ticked);
    if (!next.delete(id)) next.add(id);
    onTick(next);
  };
  const onKey = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target !== event.currentTarget || model.length === 0) return;
    const row = model[at];
    const page = Math.floor((scroll.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2;
    const moves: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: model.length - 1,
    };
    if (event.key in moves) moveTo(moves[event.key]);
    else if (event.key === ' ' && onTick) tick(row.id);
    else if (event.key === 'Enter' && onOpen) onOpen(row.original);
    else return;
    event.preventDefault();
  };

  const tracks = columns.map((column) => column.meta?.width ?? 'minmax(80px, 1fr)');
  const template = [...(onTick ? ['32px'] : []), ...tracks].join(' ');
  const allTicked = model.length > 0 && model.every((row) => ticked?.has(row.id));
  return (
    <div className={classes.scroll} ref={scroll}>
      {/* biome-ignore lint/a11y/useSemanticElements: rows of a virtual table are placed, which table elements are not */}
      <div
        role="grid"
        aria-label={props.label}
        aria-rowcount={model.length + 1}
        aria-multiselectable={onTick ? true : undefined}
        className={classes.grid}
        style={{ '--columns': template } as React.CSSProperties}
      >
        <TableHead
          table={table}
          ticked={onTick ? allTicked : null}
          onTickAll={() => onTick?.(allTicked ? new Set() : new Set(model.map((row) => row.id)))}
        />
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        <div role="rowgroup" className={classes.body} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = model[item.index];
            return (
              <TableRow
                key={row.id}
                row={row}
                index={item.index}
                start={item.start}
                focusable={item.index === at}
                ticked={onTick ? Boolean(ticked?.has(row.id)) : null}
                chosen={chosen === row.id}
                name={rowName?.(row.original) ?? row.id}
                onTick={() => tick(row.id)}
                onOpen={onOpen ? () => onOpen(row.original) : undefined}
                onFocus={() => setActive(item.index)}
                onKey={onKey}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}
