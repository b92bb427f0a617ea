import { createStore } from 'zustand/vanilla';
import { orNull } from '../api.ts';
import { gridPagesSlice } from './grid-pages-slice.ts';
import { gridWindowsSlice } from './grid-windows-slice.ts';
import type { GridWork, GridWorkParts, GridWorkStore } from './grid-work-state.ts';
import { withWaiting } from './progress.ts';

/** One person's work on one queue, page by page: the page in view, the next ones, the pages behind. */
export function createGridWork(parts: GridWorkParts): GridWorkStore {
  const { queueId, backend, waiting } = parts;
  return createStore<GridWork>()((...store) => {
    const [set, get] = store;
    return {
      ...gridWindowsSlice(parts)(...store),
      ...gridPagesSlice(parts)(...store),
      notice: null,

      progress: null,
      async refreshProgress() {
        const progress = await orNull(backend.progress(queueId));
        if (progress !== null) set({ progress: withWaiting(progress, waiting(), queueId) });
      },

      behind(work) {
        work.catch((error: unknown) => {
          const reason = error instanceof Error ? error.message : String(error);
          set({ notice: `The next windows could not be fetched (${reason}). Answers are safe.` });
        });
      },

      async start() {
        get().open();
        await Promise.all([get().refill(), get().refreshProgress()]);
      },
    };
  });
}
