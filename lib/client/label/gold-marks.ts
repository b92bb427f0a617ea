import { createStore, type StoreApi } from 'zustand/vanilla';
import { api } from '@/lib/contract/api.ts';
import type { ClassId } from '@/lib/contract/classes.ts';
import { ApiError, call, OfflineError } from '../api.ts';
import { answersOf, type Delivered, type OutboxEntry, waitingAnswers } from '../outbox/entry.ts';
import type { GivenAnswer } from './history.ts';
import type { MarkMemory } from './mark-memory.ts';

/** A window marked as gold with the label that an answer gave it. */
interface Mark {
  readonly windowId: string;
  readonly label: ClassId;
  /** Not sent before the server has the answer itself, from which it knows whether the window may be gold. */
  readonly waits: boolean;
}

/** Something to be told of an answer while it is among the latest. */
interface Told<What> {
  readonly answerId: string;
  readonly what: What;
}

export interface GoldMarks {
  /** Where gold says of a window something else than the person just did, and the queue tells so. */
  readonly says: Told<ClassId> | null;
  /** By the answer whose window was marked, on this page or before it, while its answer waited. */
  readonly marks: ReadonlyMap<string, Mark>;
  /** Why a window could not be marked. */
  readonly trouble: Told<string> | null;
  /** Sends the marks of before whose answers the server has by now. Called once the outbox has told what waits. */
  start(): Promise<void>;
  /** Marks the answer's window as gold with the answer's label, or takes that back. */
  toggle(answer: GivenAnswer): Promise<void>;
  /** Called for each entry that the server has recorded. */
  delivered(entry: Delivered): Promise<void>;
  /** Called with what the server refused. */
  refused(entries: readonly OutboxEntry[]): void;
}

export type GoldMarksStore = StoreApi<GoldMarks>;

interface GoldMarksParts {
  /** Says what a window is beyond doubt (null: nothing). @returns what was said before @throws ApiError, OfflineError */
  readonly markGold: (windowId: string, label: ClassId | null) => Promise<ClassId | null>;
  /** What waits in the outbox now. */
  readonly waiting: () => readonly OutboxEntry[];
  readonly memory: MarkMemory;
}

export async function serverMarkGold(id: string, label: ClassId | null): Promise<ClassId | null> {
  return (await call(api.markGold, { params: { id }, body: { label } })).before;
}

/** Gold on the Label page: what it says of the person's answers, and what the person says is gold. */
export function createGoldMarks({ markGold, waiting, memory }: GoldMarksParts): GoldMarksStore {
  /** What gold said before each mark that the server has: where taking it back leads. */
  const before = new Map<string, ClassId | null>();
  /** Answers that the server has: what the outbox shows as waiting may be a moment old. */
  const recorded = new Set<string>();
  let last: Promise<void> = Promise.resolve();

  return createStore<GoldMarks>()((set, get) => {
    function show(answerId: string, mark: Mark | null): void {
      const marks = new Map(get().marks);
      if (mark === null) marks.delete(answerId);
      else marks.set(answerId, mark);
      if (mark === null) memory.remove(answerId);
      else if (mark.waits) memory.add({ answerId, windowId: mark.windowId, label: mark.label });
      set({ marks, trouble: null });
    }

    /** One call after the other: a mark and its taking back must not overtake each other. */
    function inTurn(answerId: string, ask: () => Promise<void>, undo: () => void): Promise<void> {
      const turn = last.then(ask).catch((error: unknown) => {
        undo();
        set({ trouble: { answerId, what: wordsFor(error) } });
      });
      last = turn.catch(() => undefined);
      return turn;
    }

    /** Shown at once; where the server does not take it, it is as it was. */
    function send(answerId: string, { windowId, label }: Mark): Promise<void> {
      const mark: Mark = { windowId, label, waits: false };
      const isShown = () => get().marks.get(answerId) === mark;
      show(answerId, mark);
      return inTurn(
        answerId,
        async () => {
          // Taken back before its turn came.
          if (!isShown()) return;
          const said = await markGold(windowId, label);
          // Marked already, before this page was loaded: taking it back then means no gold at all.
          before.set(answerId, said === label ? null : said);
          memory.remove(answerId);
        },
        () => isShown() && show(answerId, null),
      );
    }

    async function takeBack(answerId: string): Promise<void> {
      const mark = get().marks.get(answerId);
      if (!mark) return;
      show(answerId, null);
      if (mark.waits) return;
      await inTurn(
        answerId,
        async () => {
          const said = before.get(answerId);
          if (said === undefined) return;
          await markGold(mark.windowId, said);
          before.delete(answerId);
        },
        () => get().marks.has(answerId) || show(answerId, mark),
      );
    }

    return {
      says: null,
      marks: new Map(
        memory.read().map(({ answerId, windowId, label }) => [answerId, { windowId, label, waits: true }]),
      ),
      trouble: null,

      async start() {
        const unsent = new Set(
          waiting()
            .flatMap(answersOf)
            .map(({ id }) => id),
        );
        const kept = [...get().marks].filter(([id, { waits }]) => waits && !unsent.has(id));
        await Promise.all(kept.map(([id, mark]) => send(id, mark)));
      },

      async toggle({ id, windowId, label }) {
        if (get().marks.has(id)) return takeBack(id);
        if (label === null) {
          const what = 'A skip names no class, so its window cannot be gold.';
          set({ trouble: { answerId: id, what } });
          return;
        }
        const mark: Mark = { windowId, label, waits: true };
        if (!recorded.has(id) && waitingAnswers(waiting()).get(windowId) === id) show(id, mark);
        else await send(id, mark);
      },

      async delivered(entry) {
        if (entry.kind !== 'annotation') return;
        const { input, receipt } = entry;
        recorded.add(input.id);
        if (input.kind === 'retraction') {
          if (get().says?.answerId === input.retractsId) set({ says: null });
          await takeBack(input.retractsId);
          return;
        }
        if (input.kind === 'label' && receipt.gold !== null && receipt.gold !== input.label) {
          set({ says: { answerId: input.id, what: receipt.gold } });
        }
        const mark = get().marks.get(input.id);
        if (mark?.waits) await send(input.id, mark);
      },

      refused(entries) {
        for (const entry of entries) {
          if (entry.kind === 'annotation' && get().marks.get(entry.input.id)?.waits)
            show(entry.input.id, null);
        }
      },
    };
  });
}

function wordsFor(error: unknown): string {
  if (error instanceof OfflineError)
    return 'Gold is not changed: the server cannot be reached. Press M again.';
  if (error instanceof ApiError) return error.message;
  throw error;
}
