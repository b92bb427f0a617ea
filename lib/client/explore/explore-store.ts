import { createStore } from 'zustand/vanilla';
import type { ClassId } from '@/lib/contract/classes.ts';
import type { AnnotationInput } from '@/lib/contract/label.ts';
import { barAtTs, tsOfBar } from '@/lib/core/time-runs.ts';
import { ApiError, OfflineError } from '../api.ts';
import { startState } from './explore-start.ts';
import {
  type ExploreActions,
  type ExploreParts,
  type ExploreStart,
  type ExploreState,
  type ExploreStore,
  endOf,
} from './explore-state.ts';
import type { PersonMark } from './mark.ts';
import { faultAt, noWindowWords, runsOf } from './opened-series.ts';
import { clampViewport, pan, reveal, wholeSeries, widthOf, zoom } from './viewport.ts';

/** One person's look at one series. */
export function createExploreStore(parts: ExploreParts, start: ExploreStart): ExploreStore {
  const { author, series, seen, put, makeWindow, now, newId } = parts;
  const runs = runsOf(series);
  const lastBar = series.bars - 1;
  const clampBar = (bar: number) => Math.max(0, Math.min(lastBar, bar));
  let armedAt = now();

  return createStore<ExploreState & ExploreActions>()((set, get) => {
    /** Whatever comes into view is written down before it does. */
    function change(next: Partial<ExploreState>): void {
      const state = { ...get(), ...next };
      seen.see(series.id, tsOfBar(runs, endOf(state, series.bars) - 1));
      set(next);
    }

    function moveTo(bar: number): void {
      const { viewport, armed, cursor } = get();
      const at = clampBar(bar);
      const next: Partial<ExploreState> = {
        leaving: false,
        cursor: at,
        viewport: clampViewport(reveal(viewport, at), series.bars),
        notice: null,
      };
      if (armed !== null && at !== cursor) {
        const fault = faultAt(series, runs, at);
        if (fault) Object.assign(next, { armed: null, notice: noWindowWords(fault) });
        armedAt = now();
      }
      change(next);
    }

    function arm(label: ClassId): void {
      const { cursor, viewport } = get();
      const fault = faultAt(series, runs, cursor);
      if (fault) {
        set({ notice: noWindowWords(fault) });
        return;
      }
      armedAt = now();
      change({
        armed: label,
        notice: null,
        viewport: clampViewport(reveal(viewport, cursor), series.bars),
      });
    }

    async function keep(input: AnnotationInput): Promise<void> {
      await put({ kind: 'annotation', author, queueId: null, leaseIds: [], input });
    }

    async function give(label: ClassId, bar: number): Promise<PersonMark> {
      const at = now();
      const ts = tsOfBar(runs, bar);
      // Asked before anything more can come into view.
      const sawFuture = seen.sawAfter(series.id, ts);
      const { windowId } = await makeWindow(ts);
      const id = newId();
      await keep({
        kind: 'label',
        id,
        windowId,
        itemId: null,
        label,
        sawFuture,
        elapsedMs: Math.min(86_400_000, Math.max(0, Math.round(at - armedAt))),
        answeredAt: new Date(at).toISOString(),
      });
      return {
        source: 'people',
        annotationId: id,
        windowId,
        bar,
        ts,
        class: label,
        mine: true,
        author: null,
        sawFuture,
        fromQueue: false,
        answeredAt: at,
      };
    }

    const initial = startState(start, series, runs, seen);
    seen.see(series.id, tsOfBar(runs, endOf(initial, series.bars) - 1));

    return {
      ...initial,

      setViewport: (viewport) => set({ viewport: clampViewport(viewport, series.bars) }),
      panBy(share) {
        const { viewport } = get();
        set({ viewport: clampViewport(pan(viewport, share * widthOf(viewport)), series.bars) });
      },
      zoomBy(factor) {
        const { viewport, cursor } = get();
        const inView = cursor >= viewport.from && cursor < viewport.to;
        const at = inView ? cursor + 0.5 : (viewport.from + viewport.to) / 2;
        set({ viewport: clampViewport(zoom(viewport, factor, at), series.bars) });
      },
      showWhole: () => set({ viewport: clampViewport(wholeSeries(series.bars), series.bars) }),

      goTo: moveTo,
      goToTs: (ts) => moveTo(barAtTs(runs, ts)),
      step: (bars) => moveTo(get().cursor + bars),

      toggleReplay() {
        const { replay, leaving, viewport, cursor } = get();
        const ts = tsOfBar(runs, cursor);
        if (replay && !leaving && cursor < lastBar && !seen.sawAfter(series.id, ts)) {
          set({
            leaving: true,
            notice:
              'Press R once more to leave the replay. What comes next will then have been seen: labels on these bars count as such from now on.',
          });
          return;
        }
        change({
          replay: !replay,
          leaving: false,
          armed: null,
          notice: null,
          viewport: clampViewport(reveal(viewport, cursor), series.bars),
        });
      },

      async press(label) {
        const { armed, record } = get();
        if (armed === label) await record();
        else arm(label);
      },
      async record() {
        const { armed, cursor, recording } = get();
        if (armed === null || recording) return;
        set({ recording: true, notice: null });
        try {
          const mark = await give(armed, cursor);
          change({ given: [...get().given, mark], recording: false, armed: null });
        } catch (error) {
          set({ recording: false, notice: wordsFor(error) });
        }
      },
      disarm: () => change({ armed: null, leaving: false, notice: null }),

      async undo(marks) {
        const own = marks.filter(({ mine, fromQueue }) => mine && !fromQueue);
        const [newest] = own.sort((a, b) => b.answeredAt - a.answeredAt);
        if (!newest) {
          set({ notice: 'There is no label of yours to take back on this series.' });
          return;
        }
        try {
          await keep({
            kind: 'retraction',
            id: newId(),
            windowId: newest.windowId,
            itemId: null,
            elapsedMs: 0,
            answeredAt: new Date(now()).toISOString(),
            retractsId: newest.annotationId,
          });
        } catch (error) {
          set({ notice: wordsFor(error) });
          return;
        }
        set({ takenBack: new Set([...get().takenBack, newest.annotationId]), armed: null });
        if (!get().replay) moveTo(barAtTs(runs, newest.ts));
      },

      refused(annotationIds) {
        const { given } = get();
        const kept = given.filter(({ annotationId }) => !annotationIds.has(annotationId));
        if (kept.length === given.length) return;
        set({ given: kept, notice: 'The server did not take a label; see “refused” above.' });
      },
      tell: (notice) => set({ notice }),
    };
  });
}

function wordsFor(error: unknown): string {
  if (error instanceof OfflineError) {
    return 'The server cannot be reached, and it must store this window first. Nothing was recorded; press the key again in a while.';
  }
  if (error instanceof ApiError) return error.message;
  const reason = error instanceof Error ? error.message : String(error);
  return `This browser could not keep the label (${reason}). Nothing was recorded.`;
}
