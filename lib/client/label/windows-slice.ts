import type { LabelItem } from '@/lib/contract/label.ts';
import { ApiError, OfflineError, orNull } from '../api.ts';
import { waitingAnswers } from '../outbox/entry.ts';
import { type HeldItem, openItem } from './held-item.ts';
import { settled } from './in-view.ts';
import type { LabelParts, LabelState, Slice, WindowsSlice } from './label-state.ts';
import { leasesToName } from './leases.ts';
import { oneAtATime } from './one-at-a-time.ts';

/** The first claim is small, so that the first window is on screen soon. */
const FIRST_CLAIM = 4;
/** Refilled below this many, up to so many: never fewer than 12 while the server is there. */
const LOW_WATER = 16;
const FULL = 24;
/** So long after its lease a window of another queue is kept: nobody comes back to it. */
const FORGOTTEN_MS = 24 * 3_600_000;

/** The windows in this page's hands: out of the reserve or leased anew, kept, and let go where they are lost. */
export function windowsSlice(parts: LabelParts): Slice<WindowsSlice> {
  const { queueId, backend, reserve, waiting, now } = parts;
  /** The window in view may have gone to someone else: its lease was not renewed for long. */
  let unsure = false;

  return (set, get) => {
    const settle = (change: Partial<LabelState>) => set(settled(get(), change, now()));
    const isShort = () => !get().left && (get().current === null || get().ready.length < LOW_WATER);
    const leases = async () => leasesToName(inHand(get()), waiting(), await reserve.list());

    /** @returns whether any of them was new */
    function putInHand(items: readonly LabelItem[]): boolean {
      const answered = waitingAnswers(waiting());
      const held = new Set(inHand(get()).map(({ item }) => item.windowId));
      const fresh = items
        .filter(({ windowId }) => !answered.has(windowId) && !held.has(windowId))
        .map(openItem);
      if (fresh.length > 0) settle({ ready: [...get().ready, ...fresh], words: null });
      return fresh.length > 0;
    }

    async function takeFromReserve(): Promise<boolean> {
      const taken = await reserve.take(FULL - get().ready.length);
      if (taken.length === 0 || !putInHand(taken)) return false;
      // They leave the reserve, so that nobody else is given them; not waited for, as they can be shown already.
      get().behind(keepLeases());
      return true;
    }

    /** @returns whether it is worth trying again */
    async function claim(): Promise<boolean> {
      const { ready, current } = get();
      const first = current === null && ready.length === 0;
      const count = first ? FIRST_CLAIM : FULL - ready.length;
      const hold = (await reserve.isOffline()) ? 'offline' : 'ready';
      const { items, empty } = await backend.claim(queueId, { count, holding: await leases(), hold });
      if (get().left) {
        // Where this fails the leases run out by themselves.
        await orNull(backend.release(items.map(({ leaseId }) => leaseId)));
        return false;
      }
      putInHand(await reserve.add(items, hold, 'hand'));
      // What another tab was given at the same moment is named the next time.
      if (empty === null && items.length > 0) return true;
      if (get().current === null)
        set({ phase: 'empty', words: empty ?? 'This queue has no windows left for you.' });
      return false;
    }

    async function fill(): Promise<void> {
      try {
        while (isShort() && ((await takeFromReserve()) || (await claim())));
      } catch (error) {
        failClaim(error);
      }
    }

    function failClaim(error: unknown): void {
      if (!(error instanceof OfflineError || error instanceof ApiError)) throw error;
      if (get().current !== null) return;
      if (error instanceof OfflineError) set({ phase: 'offline-empty', words: null });
      else set({ phase: 'failed', words: error.message });
    }

    /** Renews all leases of this browser, and lets go of what is lost. */
    async function keepLeases(): Promise<void> {
      const named = await leases();
      if (named.length === 0) return;
      const ready = (await reserve.isOffline()) ? [] : inHand(get()).map(({ item }) => item.leaseId);
      const renewed = await orNull(backend.renew(named, ready));
      if (renewed === null) return;
      const held = new Set(renewed.held);
      const lost = named.filter((lease) => !held.has(lease));
      await reserve.prolong(renewed.held, Date.parse(renewed.expiresAt), ready);
      await reserve.drop(lost);
      if (get().left) return;
      const isLost = ({ item }: HeldItem) => lost.includes(item.leaseId);
      const { current, ready: next } = get();
      const replaced = unsure && current !== null && isLost(current);
      unsure = false;
      if (!replaced && !next.some(isLost)) return;
      settle({
        ready: next.filter((one) => !isLost(one)),
        current: replaced ? null : current,
        notice: replaced
          ? 'While you were away your windows went back to the queue. Here are the next.'
          : get().notice,
      });
    }

    const fillOnce = oneAtATime(fill);
    return {
      phase: 'loading',
      words: null,
      current: null,
      shownAt: now(),
      ready: [],
      left: false,

      async open() {
        unsure = true;
        set({ phase: 'loading', words: null, current: null, ready: [], left: false });
        await reserve.arrive();
        await reserve.settleAnswered(waitingAnswers(waiting()));
        await reserve.dropEnded(now() - FORGOTTEN_MS);
        const kept = await reserve.list();
        // What ran out while no page was open may be someone else's: the server is asked first, if it can be.
        if (kept.some(({ leasedUntil }) => leasedUntil <= now())) await keepLeases();
      },

      async refill() {
        if (isShort()) await fillOnce();
        await get().stock();
      },

      async renew(afterSleep) {
        get().rouse();
        unsure ||= afterSleep;
        await keepLeases();
        await get().refill();
      },

      async leave() {
        set({ left: true });
        await reserve.leave();
      },
    };
  };
}

export function inHand({ current, ready }: Pick<LabelState, 'current' | 'ready'>): HeldItem[] {
  return current ? [current, ...ready] : [...ready];
}
