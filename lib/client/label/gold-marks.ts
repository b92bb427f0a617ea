import { createStore, type StoreApi } from 'zustand/vanilla';
import { api } from '@/lib/contract/api.ts';
import type { ClassId } from '@/lib/contract/classes.ts';
import { ApiError, call, OfflineError } from '../api.ts';
import { type Delivered, type OutboxEntry, waitingAnswers } from '../outbox/entry.ts';
import type { GivenAnswer } from './history.ts';

/** A window marked as gold with the label that an answer gave it. */
interface Mark {
  readonly windowId: string;
  readonly label: ClassId;
  /** Not sent before the server has the answer itself, from which it knows whether the window may be gold. */
  readonly waits: boolean;
  /** What gold said of it before: where taking the mark back leads. */
  readonly before: ClassId | null;
}

export interface GoldMarks {
  /** Where gold says of a window something else than the person just did, and the queue tells so. */
  readonly says: { readonly answerId: string; readonly label: ClassId } | null;
  /** By the answer whose window was marked on this page. */
  readonly marks: ReadonlyMap<string, Mark>;
  /** Why a window could not be marked. */
  readonly words: string | null;
  /** Marks the answer's window as gold with the answer's label, or takes that back. */
  toggle(answer: GivenAnswer): Promise<void>;
  /** Called for each entry that the server has recorded. */
  delivered(entry: Delivered): Promise<void>;
}

export type GoldMarksStore = StoreApi<GoldMarks>;

interface GoldMarksParts {
  /** Says what a window is beyond doubt (null: nothing). @returns what was said before @throws ApiError, OfflineError */
  readonly markGold: (windowId: string, label: ClassId | null) => Promise<ClassId | null>;
  /** What waits in the outbox now. */
  readonly waiting: () => readonly OutboxEntry[];
}

export async function serverMarkGold(id: string, label: ClassId | null): Promise<ClassId | null> {
  return (await call(api.markGold, { params: { id }, body: { label } })).before;
}

/** Gold on the Label page: what it says of the person's answers, and what the person says is gold. */
export function createGoldMarks({ markGold, waiting }: GoldMarksParts): GoldMarksStore {
  return createStore<GoldMarks>()((set, get) => {
    function setMark(answerId: string, mark: Mark | null): void {
      const marks = new Map(get().marks);
      if (mark === null) marks.delete(answerId);
      else marks.set(answerId, mark);
      set({ marks, words: null });
    }

    /** Shown at once; where the server does not take it, it is as it was. */
    async function send(answerId: string, mark: Mark): Promise<void> {
      setMark(answerId, { ...mark, waits: false });
      try {
        const before = await markGold(mark.windowId, mark.label);
        // Marked already, before this page was loaded: taking it back then means no gold at all.
        setMark(answerId, { ...mark, waits: false, before: before === mark.label ? null : before });
      } catch (error) {
        setMark(answerId, null);
        set({ words: wordsFor(error) });
      }
    }

    async function takeBack(answerId: string): Promise<void> {
      const mark = get().marks.get(answerId);
      if (!mark) return;
      setMark(answerId, null);
      if (mark.waits) return;
      try {
        await markGold(mark.windowId, mark.before);
      } catch (error) {
        setMark(answerId, mark);
        set({ words: wordsFor(error) });
      }
    }

    return {
      says: null,
      marks: new Map(),
      words: null,

      async toggle({ id, windowId, label }) {
        if (get().marks.has(id)) return takeBack(id);
        if (label === null) {
          set({ words: 'A skip says of no class, so its window cannot be gold.' });
          return;
        }
        const mark: Mark = { windowId, label, waits: true, before: null };
        if (waitingAnswers(waiting()).get(windowId) === id) setMark(id, mark);
        else await send(id, mark);
      },

      async delivered(entry) {
        if (entry.kind !== 'annotation') return;
        const { input, receipt } = entry;
        if (input.kind === 'retraction') {
          if (get().says?.answerId === input.retractsId) set({ says: null });
          await takeBack(input.retractsId);
          return;
        }
        if (input.kind === 'label' && receipt.gold !== null && receipt.gold !== input.label) {
          set({ says: { answerId: input.id, label: receipt.gold } });
        }
        const mark = get().marks.get(input.id);
        if (mark?.waits) await send(input.id, mark);
      },
    };
  });
}

function wordsFor(error: unknown): string {
  if (error instanceof OfflineError)
    return 'Not marked: the server cannot be reached. Press M again when it is back.';
  if (error instanceof ApiError) return error.message;
  throw error;
}
