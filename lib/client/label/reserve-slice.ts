import type { Hold } from '@/lib/contract/label.ts';
import { ApiError, OfflineError } from '../api.ts';
import type { KeptWindow } from '../reserve/database.ts';
import type { LabelParts, ReserveSlice, Slice } from './label-state.ts';
import { leasesToName } from './leases.ts';
import { oneAtATime } from './one-at-a-time.ts';

/** Windows kept behind those that are ready, against a lost connection. */
const DEPTH = 50;
/** Windows held for somebody who works offline, those in hand among them. */
export const OFFLINE_DEPTH = 250;
/** A claim of so many takes about a second on a slow line: progress is seen. */
const MOST_AT_ONCE = 25;
/** So many are missing before more are claimed, so that not every answer makes a call. */
const FEWEST_AT_ONCE = 8;

/** The windows behind those in hand: how many there are, and how they are held. */
export function reserveSlice(parts: LabelParts): Slice<ReserveSlice> {
  const { queueId, backend, reserve, waiting, tellTabs } = parts;
  /** The queue has no more, or the server does not answer: not asked again before the next heartbeat. */
  let rests = false;

  return (set, get) => {
    async function look(): Promise<{ isOffline: boolean; kept: readonly KeptWindow[]; missing: number }> {
      const [isOffline, free, all] = [await reserve.isOffline(), await reserve.free(), await reserve.list()];
      const held = all.filter(({ hold, answer }) => hold === 'offline' && answer === null);
      set({
        inReserve: free.length,
        offlineWork: {
          ...get().offlineWork,
          on: isOffline,
          held: held.length,
          until: held.length > 0 ? Math.min(...held.map(({ leasedUntil }) => leasedUntil)) : null,
        },
      });
      return {
        isOffline,
        // What is not yet held for offline work is asked for once more: that is how it comes to be.
        kept: isOffline ? held : all,
        missing: isOffline ? OFFLINE_DEPTH - held.length : DEPTH - free.length,
      };
    }

    async function claim(count: number, hold: Hold, kept: readonly KeptWindow[]): Promise<void> {
      try {
        const holding = leasesToName([], waiting(), kept);
        const { items, empty } = await backend.claim(queueId, { count, holding, hold });
        if (empty !== null || items.length === 0) rests = true;
        await reserve.add(items, hold, 'reserve');
      } catch (error) {
        if (!(error instanceof OfflineError || error instanceof ApiError)) throw error;
        rests = true;
        say(error instanceof OfflineError ? 'The rest comes when the server can be reached.' : error.message);
      }
    }

    const say = (words: string | null) => set({ offlineWork: { ...get().offlineWork, words } });

    const stockOnce = oneAtATime(async () => {
      for (let first = true; ; first = false) {
        const { isOffline, kept, missing } = await look();
        if (rests || get().left || missing < (first ? FEWEST_AT_ONCE : 1)) return;
        await claim(Math.min(missing, MOST_AT_ONCE), isOffline ? 'offline' : 'reserve', kept);
      }
    });

    async function giveBack(): Promise<void> {
      const leases = (await reserve.free()).map(({ leaseId }) => leaseId);
      await backend.release(leases);
      await reserve.drop(leases);
      await reserve.setOffline(false);
    }

    return {
      inReserve: 0,
      offlineWork: { on: false, busy: false, held: 0, until: null, words: null },

      async look() {
        await look();
      },
      stock: stockOnce,
      rouse() {
        rests = false;
        say(null);
      },

      async workOffline(on) {
        if (get().offlineWork.busy) return;
        set({ offlineWork: { ...get().offlineWork, on, busy: true, words: null } });
        try {
          if (on) await reserve.setOffline(true);
          else await giveBack();
          rests = false;
          // What is in hand is held as before again.
          if (!on) await get().renew(false);
          await stockOnce();
        } catch (error) {
          if (!(error instanceof OfflineError || error instanceof ApiError)) throw error;
          say(
            error instanceof OfflineError
              ? 'The server cannot be reached, so nothing could be given back yet.'
              : error.message,
          );
          await look();
        } finally {
          set({ offlineWork: { ...get().offlineWork, busy: false } });
          tellTabs();
        }
      },
    };
  };
}
