import { type CSSProperties, type Ref, useMemo } from 'react';
import type { Exception, GridSize } from '@/lib/client/label/grid-store.ts';
import type { HeldItem } from '@/lib/client/label/held-item.ts';
import { CLASS_FACTS, type ClassId } from '@/lib/contract/classes.ts';
import classes from './grid.module.css';
import { Thumbnail } from './thumbnail.tsx';

interface ThumbnailGridProps {
  items: readonly HeldItem[];
  suggested: ClassId;
  size: GridSize;
  exceptions: ReadonlyMap<string, Exception>;
  /** Place of the focused cell in reading order. */
  focus: number;
  onFocus: (windowId: string) => void;
  focusedCell?: Ref<HTMLDivElement>;
  /** Behind the page in view: laid out and drawn, but neither seen, spoken nor reached. */
  hidden?: boolean;
}

/** A page of windows; cells keep their size also where a page is not full. */
export function ThumbnailGrid(props: ThumbnailGridProps) {
  const { items, suggested, size, exceptions, focus, onFocus, focusedCell, hidden = false } = props;
  const rows = useMemo(
    () =>
      Array.from({ length: Math.ceil(items.length / size.columns) }, (_, row) =>
        items.slice(row * size.columns, (row + 1) * size.columns),
      ),
    [items, size],
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table would size its cells by itself
    <div
      role="grid"
      className={classes.grid}
      aria-label={`${items.length} windows suggested as ${CLASS_FACTS[suggested].name.toLowerCase()}`}
      inert={hidden}
      data-hidden={hidden || undefined}
      style={{ '--rows': size.rows, '--columns': size.columns } as CSSProperties}
    >
      {rows.map((row, r) => (
        // biome-ignore lint/a11y/useSemanticElements: as the grid
        // biome-ignore lint/a11y/useFocusableInteractive: cells have the focus, rows do not
        <div key={row[0].item.windowId} role="row" className={classes.row}>
          {row.map((held, c) => {
            const focused = r * size.columns + c === focus && !hidden;
            return (
              <Thumbnail
                key={held.item.windowId}
                ref={focused ? focusedCell : undefined}
                held={held}
                suggested={suggested}
                exception={exceptions.get(held.item.windowId) ?? null}
                focused={focused}
                onFocus={onFocus}
              />
            );
          })}
        </div>
      ))}
    </div>
  );
}
