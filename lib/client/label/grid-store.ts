import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ClassId } from '@/lib/contract/classes.ts';
import type { PageSize } from '@/lib/contract/grid.ts';

export interface GridSize {
  readonly rows: number;
  readonly columns: number;
  /** Rows times columns: what a page holds. */
  readonly windows: PageSize;
}

/** How many windows a page may show, from large thumbnails to small ones. */
export const GRID_SIZES: readonly GridSize[] = [
  { rows: 3, columns: 4, windows: 12 },
  { rows: 4, columns: 6, windows: 24 },
  { rows: 6, columns: 8, windows: 48 },
];

export function gridSizeOf(windows: PageSize): GridSize {
  return GRID_SIZES.find((size) => size.windows === windows) ?? GRID_SIZES[1];
}

/** What is said of a window instead of the page's suggested class. */
export type Exception = ClassId | 'skip';

/** Where the focus goes from a cell; right and left also pass from row to row. */
export type GridStep = 'left' | 'right' | 'up' | 'down' | 'rowStart' | 'rowEnd';

/** A page as the store knows it: the windows' ids in reading order. */
export interface OpenedPage {
  readonly suggested: ClassId;
  readonly windows: readonly string[];
}

export interface GridState {
  readonly size: GridSize;
  readonly page: OpenedPage | null;
  /** The focused window; where the page does not have it, its first one stands for it. */
  readonly focus: string | null;
  /** By window id, of every page in hand: a window keeps its mark when pages are cut anew or another comes in front. */
  readonly exceptions: ReadonlyMap<string, Exception>;
  /** A page comes into view. */
  open(page: OpenedPage): void;
  setSize(size: GridSize): void;
  focusOn(windowId: string): void;
  move(step: GridStep): void;
  /** Marks the focused window; the same again, or the suggested class itself, takes the mark away. */
  mark(exception: Exception): void;
  /** Takes the mark of the focused window away. */
  clear(): void;
  /** The marks of a page that comes back. */
  restore(exceptions: ReadonlyMap<string, Exception>): void;
  /** These windows are not in hand any more. */
  forget(windows: readonly string[]): void;
}

export type GridStore = StoreApi<GridState>;

/** What one person does with pages of windows before they are sent: pure, in this browser page's memory only. */
export function createGridStore(size: GridSize = GRID_SIZES[1]): GridStore {
  return createStore<GridState>()((set, get) => {
    function setException(exception: Exception | null): void {
      const id = focusedWindow(get());
      if (id === undefined) return;
      const next = new Map(get().exceptions);
      if (exception === null) next.delete(id);
      else next.set(id, exception);
      set({ exceptions: next });
    }

    return {
      size,
      page: null,
      focus: null,
      exceptions: new Map(),

      open(page) {
        const kept = [...get().exceptions].filter(
          ([id, exception]) => !page.windows.includes(id) || exception !== page.suggested,
        );
        set({ page, exceptions: new Map(kept) });
      },
      setSize: (next) => set({ size: next }),
      focusOn: (windowId) => set({ focus: windowId }),
      move(step) {
        const { page, focus, size } = get();
        if (page === null) return;
        const place = placeOf(focus, page.windows);
        const target = page.windows[placeAfter(step, place, page.windows.length, size.columns)];
        if (target !== undefined) set({ focus: target });
      },
      mark(exception) {
        const { page, exceptions } = get();
        const marked = exceptions.get(focusedWindow(get()) ?? '');
        setException(exception === marked || exception === page?.suggested ? null : exception);
      },
      clear: () => setException(null),
      restore: (exceptions) => set({ exceptions: new Map([...get().exceptions, ...exceptions]) }),
      forget(windows) {
        const kept = [...get().exceptions].filter(([id]) => !windows.includes(id));
        set({ exceptions: new Map(kept) });
      },
    };
  });
}

/** Where the focused window stands among a page's, in reading order. */
export function placeOf(focus: string | null, windows: readonly string[]): number {
  return focus === null ? 0 : Math.max(0, windows.indexOf(focus));
}

function focusedWindow({ page, focus }: GridState): string | undefined {
  return page?.windows[placeOf(focus, page.windows)];
}

/** May lie outside the page: then there is nothing to go to. */
function placeAfter(step: GridStep, place: number, count: number, columns: number): number {
  const rowStart = place - (place % columns);
  switch (step) {
    case 'left':
      return place - 1;
    case 'right':
      return place + 1;
    case 'up':
      return place - columns;
    case 'down':
      return place + columns;
    case 'rowStart':
      return rowStart;
    case 'rowEnd':
      return Math.min(rowStart + columns, count) - 1;
  }
}

export interface PageSummary {
  /** Windows that stay with the suggested class. */
  readonly confirmed: number;
  readonly exceptions: number;
}

export function summaryOf({ page, exceptions }: Pick<GridState, 'page' | 'exceptions'>): PageSummary {
  const windows = page?.windows ?? [];
  const marked = windows.filter((id) => exceptions.has(id)).length;
  return { confirmed: windows.length - marked, exceptions: marked };
}
