import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ClassId } from '@/lib/contract/classes.ts';
import type { AnnotationInput, QueueProgress, SKIP_REASONS } from '@/lib/contract/label.ts';
import { ApiError, OfflineError } from './api.ts';
import type { LabelBackend } from './label/backend.ts';
import { type HeldItem, openItem } from './label/held-item.ts';
import { type GivenAnswer, standingAnswers } from './label/history.ts';
import { withLabel, withWaiting } from './label/progress.ts';
import type { OutboxEntry, Receipt } from './outbox/entry.ts';
import type { Outbox } from './outbox/outbox.ts';

export type SkipReason = (typeof SKIP_REASONS)[number];

export interface LabelState {
  /** `empty`: nothing in hand and nothing to be had, `words` says why. `failed`: `words` says what happened. */
  readonly phase: 'loading' | 'labelling' | 'empty' | 'offline-empty' | 'failed';
  readonly words: string | null;
  readonly current: HeldItem | null;
  /** The next windows, in order. */
  readonly ready: readonly HeldItem[];
  /** Standing answers, newest first. */
  readonly answers: readonly GivenAnswer[];
  readonly progress: QueueProgress | null;
  /** Goes with the next answer. */
  readonly note: string;
  /** Something that happened and needs no action, in words. */
  readonly notice: string | null;
  /** The retraction whose window the server is asked for. */
  readonly bringingBack: string | null;
}

export interface LabelActions {
  start(): Promise<void>;
  answer(label: ClassId): Promise<void>;
  /** Takes the suggestion as the answer. */
  confirm(): Promise<void>;
  skip(reason: SkipReason): Promise<void>;
  undo(): Promise<void>;
  setNote(note: string): void;
  dismissNotice(): void;
  /** Called for each answer that the server has recorded. */
  received(entry: OutboxEntry, receipt: Receipt): void;
  /** Called with what the server refused. */
  refused(entries: readonly OutboxEntry[]): void;
  /** Keeps the leases; after a sleep, windows that went to others are let go, the one in view too. */
  renew(afterSleep: boolean): Promise<void>;
  refreshProgress(): Promise<void>;
  /** Claims until enough windows are ready. */
  refill(): Promise<void>;
  /** Gives back what is in hand. */
  leave(): Promise<void>;
}

export type LabelStore = StoreApi<LabelState & LabelActions>;

export interface LabelParts {
  readonly author: string;
  readonly queueId: number;
  readonly backend: LabelBackend;
  readonly put: Outbox['put'];
  /** What waits in the outbox now. */
  readonly waiting: () => readonly OutboxEntry[];
  readonly now: () => number;
  readonly newId: () => string;
}

/** The first claim is small, so that the first window is on screen soon. */
const FIRST_CLAIM = 4;
/** Refilled below this many, up to so many: never fewer than 12 while the server is there. */
const LOW_WATER = 16;
const FULL = 24;
/** The server takes no more in one call. */
const MOST_LEASES = 300;
/** Windows kept with their answers, so that undo is at once and works offline. */
const KEPT_WINDOWS = 200;

/** One person's work on one queue: the window in view, the next ones, the answers behind. */
export function createLabelStore(parts: LabelParts): LabelStore {
  const { author, queueId, backend, put, waiting, now, newId } = parts;
  let shownAt = now();
  let busy = false;
  let claiming: Promise<void> | null = null;
  let left = false;

  return createStore<LabelState & LabelActions>()((set, get) => {
    function leasesInHand(): string[] {
      const { current, ready } = get();
      const held = [...(current ? [current] : []), ...ready].map(({ item }) => item.leaseId);
      // Answered but not yet recorded: to the server these are still in hand.
      const sending = waiting().flatMap(({ leaseId }) => (leaseId === null ? [] : [leaseId]));
      return [...new Set([...held, ...sending])].slice(0, MOST_LEASES);
    }

    /** Brings the next window into view where none is; keeps `phase` true to what is in hand. */
    function settle(next: Partial<LabelState>): void {
      const { current, ready, phase } = { ...get(), ...next };
      if (current === null && ready.length > 0) {
        shownAt = now();
        set({ ...next, current: ready[0], ready: ready.slice(1), phase: 'labelling' });
      } else {
        const shows = current !== null ? 'labelling' : phase === 'labelling' ? 'loading' : phase;
        set({ ...next, phase: shows });
      }
    }

    async function claim(): Promise<void> {
      const { ready, current } = get();
      const first = current === null && ready.length === 0;
      const asked = leasesInHand();
      const count = first ? FIRST_CLAIM : FULL - ready.length;
      let claimed: Awaited<ReturnType<LabelBackend['claim']>>;
      try {
        claimed = await backend.claim(queueId, count, asked);
      } catch (error) {
        failClaim(error);
        return;
      }
      if (left) {
        // Where this fails the leases run out by themselves.
        await ignoreTrouble(backend.release(claimed.items.map(({ leaseId }) => leaseId)));
        return;
      }
      const lost = new Set(asked.filter((lease) => !claimed.held.includes(lease)));
      const known = new Set(
        waiting().flatMap(({ input }) => (input.kind === 'retraction' ? [] : [input.windowId])),
      );
      const kept = get().ready.filter(({ item }) => !lost.has(item.leaseId));
      for (const { item } of [...kept, ...(get().current ? [get().current as HeldItem] : [])])
        known.add(item.windowId);
      const fresh = claimed.items.filter(({ windowId }) => !known.has(windowId)).map(openItem);
      settle({ ready: [...kept, ...fresh], words: null });
      if (get().current === null)
        set({ phase: 'empty', words: claimed.empty ?? 'This queue has no windows left for you.' });
      else if (claimed.empty === null && get().ready.length < LOW_WATER && fresh.length > 0) await claim();
    }

    function failClaim(error: unknown): void {
      if (get().current !== null) return;
      if (error instanceof OfflineError) set({ phase: 'offline-empty', words: null });
      else if (error instanceof ApiError) set({ phase: 'failed', words: error.message });
      else throw error;
    }

    /** Keeps an answer, then shows what comes next. A second key within the moment this takes is a bounce. */
    async function keep(input: AnnotationInput, leaseId: string | null, then: () => void): Promise<void> {
      busy = true;
      try {
        await put({ author, queueId, leaseId, input });
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
      const { current, note } = get();
      if (current === null || busy) return;
      const { item } = current;
      const at = now();
      const base = {
        id: newId(),
        windowId: item.windowId,
        itemId: item.itemId,
        elapsedMs: Math.min(86_400_000, Math.max(0, Math.round(at - shownAt))),
        answeredAt: new Date(at).toISOString(),
        ...(note.trim() === '' ? {} : { note: note.trim() }),
      };
      const input: AnnotationInput =
        'label' in what ? { kind: 'label', ...base, ...what } : { kind: 'skip', ...base, ...what };
      await keep(input, item.leaseId, () => {
        const given: GivenAnswer = {
          id: base.id,
          windowId: base.windowId,
          itemId: base.itemId,
          label: 'label' in what ? what.label : null,
          skipReason: 'label' in what ? null : what.skipReason,
          suggested: item.suggestion.class,
          at,
          held: current,
        };
        const { answers, progress } = get();
        const windowless = answers.slice(KEPT_WINDOWS - 1).map((answer) => ({ ...answer, held: null }));
        settle({
          current: null,
          note: '',
          notice: null,
          answers: [given, ...answers.slice(0, KEPT_WINDOWS - 1), ...windowless],
          progress: progress && given.label ? withLabel(progress, given.label, 1) : progress,
        });
      });
      refillBehind();
    }

    /** Nobody waits for it: what goes wrong is shown, and the next answer tries again. */
    function refillBehind(): void {
      get()
        .refill()
        .catch((error: unknown) => {
          const reason = error instanceof Error ? error.message : String(error);
          set({ notice: `The next windows could not be fetched (${reason}).` });
        });
    }

    /** Puts a window into view; the one there goes back to be the next. */
    function bringBack(held: HeldItem, others: Partial<LabelState>): void {
      const { current, ready } = get();
      shownAt = now();
      set({ ...others, current: held, ready: current ? [current, ...ready] : ready, phase: 'labelling' });
    }

    return {
      phase: 'loading',
      words: null,
      current: null,
      ready: [],
      answers: [],
      progress: null,
      note: '',
      notice: null,
      bringingBack: null,

      async start() {
        left = false;
        set({ phase: 'loading', words: null });
        const history = backend.answers(queueId).then((recorded) => {
          const given = get().answers.filter(({ held }) => held !== null);
          const before = standingAnswers(recorded, waiting(), queueId).filter(
            ({ id }) => !given.some((one) => one.id === id),
          );
          set({ answers: [...given, ...before] });
        });
        await Promise.all([get().refill(), ignoreTrouble(history), get().refreshProgress()]);
      },

      answer: (label) => give({ label }),
      async confirm() {
        const { current } = get();
        if (current) await give({ label: current.item.suggestion.class });
      },
      skip: (skipReason) => give({ skipReason }),

      async undo() {
        const { answers, bringingBack } = get();
        const [last] = answers;
        if (busy || bringingBack !== null) return;
        if (!last) {
          set({ notice: 'There is nothing left to undo.' });
          return;
        }
        const id = newId();
        const input: AnnotationInput = {
          kind: 'retraction',
          id,
          windowId: last.windowId,
          itemId: last.itemId,
          elapsedMs: 0,
          answeredAt: new Date(now()).toISOString(),
          retractsId: last.id,
        };
        await keep(input, last.held?.item.leaseId ?? null, () => {
          const { progress } = get();
          const rest = {
            answers: answers.slice(1),
            notice: null,
            progress: progress && last.label ? withLabel(progress, last.label, -1) : progress,
          };
          if (last.held) bringBack(last.held, rest);
          else set({ ...rest, bringingBack: id });
        });
      },

      setNote: (note) => set({ note }),
      dismissNotice: () => set({ notice: null }),

      received({ input }, { item, reason }) {
        if (input.kind !== 'retraction') return;
        const { bringingBack, current, ready } = get();
        if (bringingBack === input.id) {
          if (item) bringBack(openItem(item), { bringingBack: null });
          else set({ bringingBack: null, notice: reason });
          return;
        }
        if (!item) return;
        // The window is already in view again: it only has a new lease.
        const renewed = (held: HeldItem): HeldItem =>
          held.item.windowId === item.windowId
            ? { ...held, item: { ...held.item, leaseId: item.leaseId, leaseExpiresAt: item.leaseExpiresAt } }
            : held;
        set({ current: current && renewed(current), ready: ready.map(renewed) });
      },

      refused(entries) {
        const { bringingBack } = get();
        if (bringingBack !== null && entries.some(({ input }) => input.id === bringingBack)) {
          set({ bringingBack: null, notice: 'The server did not take the undo; see “refused” above.' });
        }
      },

      async renew(afterSleep) {
        const leases = leasesInHand();
        if (leases.length === 0) return;
        const held = await orNull(backend.renew(leases));
        if (held === null || left) return;
        const mine = ({ item }: HeldItem) => held.includes(item.leaseId) || !leases.includes(item.leaseId);
        const { current, ready } = get();
        const still = ready.filter(mine);
        const replaced = afterSleep && current !== null && !mine(current);
        if (still.length === ready.length && !replaced) return;
        settle({
          ready: still,
          current: replaced ? null : current,
          notice: replaced
            ? 'While you were away your windows went back to the queue. Here are the next.'
            : get().notice,
        });
        await get().refill();
      },

      async refreshProgress() {
        const progress = await orNull(backend.progress(queueId));
        if (progress !== null) set({ progress: withWaiting(progress, waiting(), queueId) });
      },

      async refill() {
        const { ready, current } = get();
        if (left || (current !== null && ready.length >= LOW_WATER)) return;
        claiming ??= claim().finally(() => {
          claiming = null;
        });
        await claiming;
      },

      async leave() {
        left = true;
        const { current, ready } = get();
        const leases = [...(current ? [current] : []), ...ready].map(({ item }) => item.leaseId);
        if (leases.length > 0) await ignoreTrouble(backend.release(leases));
      },
    };
  });
}

/** null where the server cannot be reached or does not want to: the next round tries again. */
async function orNull<T>(promise: Promise<T>): Promise<T | null> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof OfflineError || error instanceof ApiError) return null;
    throw error;
  }
}

async function ignoreTrouble(promise: Promise<void>): Promise<void> {
  await orNull(promise);
}
