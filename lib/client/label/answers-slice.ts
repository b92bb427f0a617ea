import { type ClassId, POLED } from '@/lib/contract/classes.ts';
import type { AnnotationInput } from '@/lib/contract/label.ts';
import { orNull } from '../api.ts';
import { answersOf } from '../outbox/entry.ts';
import { type HeldItem, openItem } from './held-item.ts';
import { type GivenAnswer, standingAnswers } from './history.ts';
import { broughtBack, settled } from './in-view.ts';
import type { AnswersSlice, LabelParts, LabelState, SkipReason, Slice } from './label-state.ts';
import { markTrouble, ownSpans } from './marks-slice.ts';
import { withLabel } from './progress.ts';
import { inHand } from './windows-slice.ts';

/** Windows kept with their answers, so that undo is at once and works offline. */
const KEPT_WINDOWS = 200;
/** The longest time to an answer that the server takes. */
const DAY_MS = 86_400_000;

/** What came with an answer is there again with its window. */
function saidWith({ windowId, note, marks }: GivenAnswer): Pick<LabelState, 'note' | 'marked' | 'editing'> {
  return { note: note ?? '', marked: marks && { windowId, spans: marks }, editing: null };
}

/** Answering the window in view, and undo. */
export function answersSlice(parts: LabelParts): Slice<AnswersSlice> {
  const { author, queueId, backend, reserve, put, waiting, now, newId } = parts;
  let busy = false;
  /** Whether the server has told what it has recorded. */
  let read = false;
  /** The answer whose window the server is asked for. */
  let takenBack: GivenAnswer | null = null;

  return (set, get) => {
    /** Keeps an answer, then shows what comes next. A second key within the moment this takes is a bounce. */
    async function keep(input: AnnotationInput, leaseId: string | null, then: () => void): Promise<void> {
      busy = true;
      try {
        await put({
          kind: 'annotation',
          author,
          queueId,
          leaseIds: leaseId === null ? [] : [leaseId],
          input,
        });
        then();
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        set({
          notice: `This browser could not keep the answer (${reason}). Nothing was recorded; free some space and try again.`,
        });
      } finally {
        busy = false;
      }
    }

    async function give(what: { label: ClassId } | { skipReason: SkipReason }): Promise<void> {
      const { current, shownAt, note, guideVersion } = get();
      if (current === null || busy) return;
      // Marks still being moved go with a flag as they stand.
      const marks = 'label' in what && what.label === POLED ? ownSpans(get()) : null;
      const trouble = marks && markTrouble(current, marks);
      if (trouble) {
        set({ notice: trouble });
        return;
      }
      const { item } = current;
      const at = now();
      const base = {
        id: newId(),
        windowId: item.windowId,
        itemId: item.itemId,
        elapsedMs: Math.min(DAY_MS, Math.max(0, Math.round(at - shownAt))),
        answeredAt: new Date(at).toISOString(),
        ...(note.trim() === '' ? {} : { note: note.trim() }),
        ...(guideVersion === null ? {} : { guideVersion }),
      };
      const input: AnnotationInput =
        'label' in what
          ? { kind: 'label', ...base, ...what, ...(marks ? { marks } : {}) }
          : { kind: 'skip', ...base, ...what };
      await keep(input, item.leaseId, () => {
        const given: GivenAnswer = {
          id: base.id,
          windowId: base.windowId,
          itemId: base.itemId,
          label: 'label' in what ? what.label : null,
          skipReason: 'label' in what ? null : what.skipReason,
          note: base.note ?? null,
          marks,
          suggested: item.suggestion?.class ?? null,
          at,
          held: current,
        };
        const { answers, progress } = get();
        const windowless = answers.slice(KEPT_WINDOWS - 1).map((answer) => ({ ...answer, held: null }));
        const change = {
          current: null,
          note: '',
          marked: null,
          editing: null,
          notice: null,
          answers: [given, ...answers.slice(0, KEPT_WINDOWS - 1), ...windowless],
          progress: progress && given.label ? withLabel(progress, given.label, 1) : progress,
        };
        set(settled(get(), change, now()));
        get().behind(reserve.answered(item.windowId, base.id));
      });
      get().behind(get().refill());
    }

    /** The window of an answer, where this page or at least this browser still has it. */
    async function heldFor({ held, windowId, id }: GivenAnswer): Promise<HeldItem | null> {
      if (held !== null) return held;
      busy = true;
      try {
        const item = await reserve.windowOf(windowId, id);
        return item && openItem(item);
      } finally {
        busy = false;
      }
    }

    /** Retracts an answer and brings its window into view, with what came with it. */
    async function takeBack(given: GivenAnswer): Promise<void> {
      if (busy || get().bringingBack !== null) return;
      const held = await heldFor(given);
      const id = newId();
      const input: AnnotationInput = {
        kind: 'retraction',
        id,
        windowId: given.windowId,
        itemId: given.itemId,
        elapsedMs: 0,
        answeredAt: new Date(now()).toISOString(),
        retractsId: given.id,
      };
      await keep(input, held?.item.leaseId ?? null, () => {
        const { progress, answers } = get();
        const rest = {
          answers: answers.filter((one) => one.id !== given.id),
          notice: null,
          progress: progress && given.label ? withLabel(progress, given.label, -1) : progress,
        };
        if (held === null) {
          takenBack = given;
          set({ ...rest, bringingBack: id });
          return;
        }
        set({ ...rest, ...broughtBack(get(), held, now()), ...saidWith(given) });
        get().behind(reserve.addFirst(held.item));
      });
    }

    return {
      answers: [],
      note: '',
      guideVersion: null,
      bringingBack: null,

      answer: (label) => give({ label }),
      async confirm() {
        const { current } = get();
        if (current?.item.suggestion) await give({ label: current.item.suggestion.class });
        else if (current)
          set({ notice: 'This window is blind: there is no suggestion to confirm. Press 1 to 5.' });
      },
      skip: (skipReason) => give({ skipReason }),

      async undo() {
        const [last] = get().answers;
        if (last) await takeBack(last);
        else if (!busy && get().bringingBack === null) set({ notice: 'There is nothing left to undo.' });
      },
      takeBack,

      setNote: (note) => set({ note }),
      setGuideVersion: (guideVersion) => set({ guideVersion }),

      async readAnswers() {
        if (read) return;
        const recorded = await orNull(backend.answers(queueId));
        read = recorded !== null;
        const given = get().answers.filter(({ held }) => held !== null);
        // Without the server at least those that wait in this browser.
        const before = standingAnswers(recorded ?? [], waiting(), queueId).filter(
          ({ id }) => !given.some((one) => one.id === id),
        );
        set({ answers: [...given, ...before] });
      },

      delivered(entry) {
        for (const { windowId, id } of answersOf(entry)) get().behind(reserve.recorded(windowId, id));
        if (entry.kind !== 'annotation' || entry.input.kind !== 'retraction') return;
        const { input, receipt } = entry;
        const { item, reason } = receipt;
        const { bringingBack, current, ready } = get();
        if (bringingBack === input.id) {
          if (item) {
            set({
              bringingBack: null,
              ...broughtBack(get(), openItem(item), now()),
              ...(takenBack ? saidWith(takenBack) : {}),
            });
            get().behind(reserve.addFirst(item));
          } else set({ bringingBack: null, notice: reason });
          return;
        }
        if (!item) return;
        // The window is already in view again: it only has a new lease.
        const renewed = (held: HeldItem): HeldItem =>
          held.item.windowId === item.windowId
            ? { ...held, item: { ...held.item, leaseId: item.leaseId, leaseExpiresAt: item.leaseExpiresAt } }
            : held;
        set({ current: current && renewed(current), ready: ready.map(renewed) });
        if (inHand(get()).some(({ item: { leaseId } }) => leaseId === item.leaseId))
          get().behind(reserve.addFirst(item));
      },

      refused(entries) {
        const { bringingBack } = get();
        if (entries.some((entry) => entry.kind === 'annotation' && entry.input.id === bringingBack)) {
          set({ bringingBack: null, notice: 'The server did not take the undo; see “refused” above.' });
        }
      },
    };
  };
}
