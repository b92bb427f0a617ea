import { createStore } from 'zustand/vanilla';
import { orNull } from '../api.ts';
import { answersSlice } from './answers-slice.ts';
import type { LabelParts, LabelState, LabelStore, ProgressSlice, Slice } from './label-state.ts';
import { marksSlice } from './marks-slice.ts';
import { withWaiting } from './progress.ts';
import { reserveSlice } from './reserve-slice.ts';
import { windowsSlice } from './windows-slice.ts';

/** One person's work on one queue: the window in view, the next ones, the answers behind. */
export function createLabelStore(parts: LabelParts): LabelStore {
  return createStore<LabelState>()((...store) => {
    const [set, get] = store;
    return {
      ...windowsSlice(parts)(...store),
      ...reserveSlice(parts)(...store),
      ...answersSlice(parts)(...store),
      ...marksSlice(...store),
      ...progressSlice(parts)(...store),
      notice: null,

      async start() {
        await get().open();
        const { refill, readAnswers, refreshProgress } = get();
        await Promise.all([refill(), readAnswers(), refreshProgress()]);
      },
      behind(work) {
        work.catch((error: unknown) => {
          const reason = error instanceof Error ? error.message : String(error);
          set({ notice: `The next windows could not be fetched or kept (${reason}). Answers are safe.` });
        });
      },
    };
  });
}

function progressSlice({ queueId, backend, waiting }: LabelParts): Slice<ProgressSlice> {
  return (set) => ({
    progress: null,
    async refreshProgress() {
      const progress = await orNull(backend.progress(queueId));
      if (progress !== null) set({ progress: withWaiting(progress, waiting(), queueId) });
    },
  });
}
