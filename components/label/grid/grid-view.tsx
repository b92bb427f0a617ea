'use client';

import { useDeferredValue, useLayoutEffect, useMemo, useRef } from 'react';
import { useStore } from 'zustand';
import { type Hotkeys, useHotkeys } from '@/lib/client/hotkeys/hotkeys.ts';
import type { GridAnswer, GridPage } from '@/lib/client/label/grid-page.ts';
import {
  GRID_SIZES,
  type GridSize,
  type GridStore,
  placeOf,
  summaryOf,
} from '@/lib/client/label/grid-store.ts';
import type { HeldItem } from '@/lib/client/label/held-item.ts';
import { CLASS_FACTS, CLASS_IDS } from '@/lib/contract/classes.ts';
import classes from './grid.module.css';
import { GridFooter } from './grid-footer.tsx';
import { Preview } from './preview.tsx';
import { ThumbnailGrid } from './thumbnail-grid.tsx';

export interface GridViewProps {
  /** Focus, marks and size of page: `createGridStore()`, kept while the person works. Whoever cuts pages reads `size` there. */
  store: GridStore;
  page: GridPage;
  /** Drawn in advance behind the page in view; null while there is none. */
  next: GridPage | null;
  /**
   * Enter: every window of the page, in reading order, with its answer. The view then waits for another `page`; until
   * the promise settles Enter does nothing.
   */
  onSubmit: (answers: readonly GridAnswer[]) => Promise<void>;
  /** A: looks for windows like the focused one; null for those who may not. */
  onAlike: ((held: HeldItem) => void) | null;
  /** Off while something lies over the view that has keys of its own. */
  keysEnabled?: boolean;
}

/** A second Enter within this time of a new page is a bounce: nobody has looked at it yet. */
const LOOK_MS = 250;

/**
 * Confirms a class page by page: thumbnails, the focused window in full beside them, exceptions by key. It asks no server:
 * pages come in, answers go out through `onSubmit`, all else is in `store`.
 *
 * Keys: arrows, Home and End move; 1-5 mark the exception, again or Backspace clears it; S marks a skip; Enter submits;
 * + and - change the size; A asks for windows like the focused one.
 */
export function GridView({ store, page, next, onSubmit, onAlike, keysEnabled = true }: GridViewProps) {
  const state = useStore(store);
  const { size, exceptions, focusOn, setSize, mark } = state;
  const focus = placeOf(
    state.focus,
    page.items.map(({ item }) => item.windowId),
  );
  const focusedCell = useRef<HTMLDivElement>(null);
  const submitting = useRef(false);
  const shownAt = useRef(0);
  // The page in view is painted first; the one behind it is drawn when that is done.
  const behind = useDeferredValue(next);
  const layers = behind !== null && behind.id !== page.id ? [page, behind] : [page];

  useLayoutEffect(() => {
    store.getState().open({
      suggested: page.suggested,
      windows: page.items.map(({ item }) => item.windowId),
    });
  }, [store, page]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a page begins when another one is there
  useLayoutEffect(() => {
    shownAt.current = performance.now();
  }, [page.id]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the cell is another one after each of these
  useLayoutEffect(() => {
    focusedCell.current?.focus({ preventScroll: true });
  }, [focus, page.id, size]);

  async function submit(): Promise<void> {
    if (submitting.current || performance.now() - shownAt.current < LOOK_MS) return;
    submitting.current = true;
    try {
      const { exceptions } = store.getState();
      await onSubmit(
        page.items.map((held) => ({
          held,
          answer: exceptions.get(held.item.windowId) ?? page.suggested,
        })),
      );
    } finally {
      submitting.current = false;
    }
  }

  const focused = page.items[focus];
  const keys = useMemo(() => cellKeys(store), [store]);
  const alike = onAlike && (() => onAlike(focused));
  useHotkeys({ ...keys, ...(alike ? { a: alike } : {}), enter: () => void submit() }, keysEnabled);

  return (
    <div className={classes.view}>
      <div className={classes.layers}>
        {layers.map((one) => (
          <ThumbnailGrid
            key={one.id}
            items={one.items}
            suggested={one.suggested}
            size={size}
            exceptions={exceptions}
            focus={focus}
            onFocus={focusOn}
            focusedCell={focusedCell}
            hidden={one !== page}
          />
        ))}
      </div>
      <Preview
        held={focused}
        suggested={page.suggested}
        exception={exceptions.get(focused.item.windowId) ?? null}
        onMark={mark}
      />
      <GridFooter
        suggested={page.suggested}
        summary={summaryOf(state)}
        size={size}
        onSize={setSize}
        onSubmit={() => void submit()}
        onAlike={alike}
      />
    </div>
  );
}

function cellKeys(store: GridStore): Hotkeys {
  const { move, mark, clear, setSize } = store.getState();
  const resize = (by: 1 | -1) => () => {
    const at = GRID_SIZES.indexOf(store.getState().size) - by;
    const size: GridSize | undefined = GRID_SIZES[at];
    if (size) setSize(size);
  };
  return {
    ...Object.fromEntries(CLASS_IDS.map((id) => [CLASS_FACTS[id].key, () => mark(id)])),
    s: () => mark('skip'),
    backspace: clear,
    arrowleft: () => move('left'),
    arrowright: () => move('right'),
    arrowup: () => move('up'),
    arrowdown: () => move('down'),
    home: () => move('rowStart'),
    end: () => move('rowEnd'),
    '+': resize(1),
    '=': resize(1),
    '-': resize(-1),
  };
}
