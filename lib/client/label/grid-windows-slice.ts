import type { LabelItem } from '@/lib/contract/label.ts';
import { ApiError, OfflineError, orNull } from '../api.ts';
import { waitingAnswers, windowsOf } from '../outbox/entry.ts';
import type { GridSlice, GridWindowsSlice, GridWork, GridWorkParts } from './grid-work-state.ts';
import { type HeldItem, openItem } from './held-item.ts';
import { leasesToName } from './leases.ts';
import { oneAtATime } from './one-at-a-time.ts';

/** The page in view, the next one, and one more. */
const PAGES = 3;

type InHand = Pick<GridWork, 'items' | 'phase' | 'shownAt'>;

/** Other windows in hand; a page begins when another window is its first. */
export function inHand(state: InHand, items: readonly HeldItem[], now: number): InHand {
  const [before] = state.items;
  const [first] = items;
  const sameFirst = before?.item.windowId === first?.item.windowId;
  return {
    items,
    phase: first ? 'working' : state.phase === 'working' ? 'loading' : state.phase,
    shownAt: sameFirst ? state.shownAt : now,
  };
}

/** Claiming windows of one class, keeping them, giving them back. */
export function gridWindowsSlice(parts: GridWorkParts): GridSlice<GridWindowsSlice> {
  const { queueId, backend, grid, waiting, keptElsewhere, now } = parts;
  let left = false;
  /** Whoever claims next waits for it, or would be given what is on its way out. */
  let givingBack: Promise<unknown> = Promise.resolve();

  return (set, get) => {
    const size = () => grid.getState().size.windows;
    const isShort = () => !left && get().items.length < PAGES * size();
    const leases = async () => leasesToName(get().items, waiting(), await keptElsewhere());

    /** In view they stay while they are looked at; those of a page that is taken back are leased anew by that. */
    function without(lost: ReadonlySet<string>, alsoInView: boolean): readonly HeldItem[] {
      const comingBack = new Set(
        waiting().flatMap((entry) => (entry.kind === 'pageRetraction' ? windowsOf(entry) : [])),
      );
      const from = alsoInView ? 0 : size();
      return get().items.filter(
        ({ item }, place) => place < from || !lost.has(item.leaseId) || comingBack.has(item.windowId),
      );
    }

    function giveBack(items: readonly Pick<LabelItem, 'leaseId'>[]): void {
      if (items.length === 0) return;
      const leaseIds = items.map(({ leaseId }) => leaseId);
      // Where this fails the leases run out by themselves.
      givingBack = Promise.all([givingBack, orNull(backend.release(leaseIds))]);
    }

    /** @returns whether there may be more to claim */
    async function claim(): Promise<boolean> {
      await givingBack;
      const { suggested } = get();
      const holding = await leases();
      const claimed = await backend.claimPage(queueId, { suggested, size: size(), holding });
      if (left || get().suggested !== suggested) {
        giveBack(claimed.items);
        return true;
      }
      const held = new Set(claimed.held);
      const kept = without(new Set(holding.filter((lease) => !held.has(lease))), false);
      const known = new Set([...waitingAnswers(waiting()).keys(), ...kept.map(({ item }) => item.windowId)]);
      const fresh = claimed.items.filter(({ windowId }) => !known.has(windowId)).map(openItem);
      const catchRate = get().catchRate ?? claimed.catchRate;
      set({ ...inHand(get(), [...kept, ...fresh], now()), words: null, catchRate });
      if (get().items.length === 0) set({ phase: 'empty', words: claimed.empty });
      return claimed.empty === null && fresh.length > 0;
    }

    async function fill(): Promise<void> {
      try {
        while (isShort() && (await claim()));
      } catch (error) {
        if (!(error instanceof OfflineError || error instanceof ApiError)) throw error;
        if (get().items.length > 0) return;
        if (error instanceof OfflineError) set({ phase: 'offline-empty', words: null });
        else set({ phase: 'failed', words: error.message });
      }
    }
    const fillOnce = oneAtATime(fill);

    return {
      suggested: parts.suggested,
      phase: 'loading',
      words: null,
      items: [],
      shownAt: now(),

      open() {
        left = false;
        set({ phase: 'loading', words: null });
      },

      async refill() {
        if (isShort()) await fillOnce();
      },

      async renew(afterSleep) {
        const named = await leases();
        if (named.length === 0) return;
        const renewed = await orNull(backend.renew(named, named));
        if (renewed === null || left) return;
        const held = new Set(renewed.held);
        const { items, notice } = get();
        const still = without(new Set(named.filter((lease) => !held.has(lease))), afterSleep);
        if (still.length === items.length) return;
        set({
          ...inHand(get(), still, now()),
          notice: afterSleep
            ? 'While you were away windows went back to the queue. Here are the next.'
            : notice,
        });
        await get().refill();
      },

      turnTo(suggested) {
        const { items } = get();
        if (suggested === get().suggested) return;
        set({ suggested, items: [], phase: 'loading', words: null, notice: null });
        giveBack(items.map(({ item }) => item));
        get().behind(get().refill());
      },

      async leave() {
        left = true;
        giveBack(get().items.map(({ item }) => item));
        set({ items: [] });
        await givingBack;
      },
    };
  };
}
