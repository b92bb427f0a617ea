import type { Hold, LabelItem } from '@/lib/contract/label.ts';
import {
  changeWindows,
  type KeptWindow,
  type Owner,
  type ReserveDatabase,
  removeWindows,
  type WindowChange,
} from './database.ts';
import type { Holder } from './holder.ts';

/**
 * The windows that this browser holds for one person in one queue, seen from one open page. The database decides between
 * pages: a window is the page's that its record names, and every change is one transaction.
 */
export interface Reserve {
  /** From now on the page holds windows. */
  arrive(): Promise<void>;
  /** What the page held is in reserve again, as when its tab dies. */
  leave(): Promise<void>;
  /** What is held, of all pages and in reserve, in order. */
  list(): Promise<KeptWindow[]>;
  /** Those of them that no page holds and that have no answer. */
  free(): Promise<KeptWindow[]>;
  /**
   * Keeps what the server leased, in this page's hands or in reserve. Of windows that were kept already only the lease is
   * noted.
   * @returns those that were not: another page may have been given the same at the same moment
   */
  add(items: readonly LabelItem[], hold: Hold, to: 'hand' | 'reserve'): Promise<LabelItem[]>;
  /** Keeps a window that came back into this page's hands, before all others; one that is there keeps its place. */
  addFirst(item: LabelItem): Promise<void>;
  /** Puts up to `count` free windows into this page's hands, the first ones. */
  take(count: number): Promise<LabelItem[]>;
  /** Notes that a window has its answer; it stays for undo until the server has the answer too. */
  answered(windowId: string, answer: string): Promise<void>;
  /** The window that an answer was given to; null where it is no longer kept. */
  windowOf(windowId: string, answer: string): Promise<LabelItem | null>;
  /** Notes until when leases last; those in `ready` have left the reserve. */
  prolong(leaseIds: readonly string[], until: number, ready: readonly string[]): Promise<void>;
  /** Forgets windows whose lease is lost; one that is answered is still good for undo. */
  drop(leaseIds: readonly string[]): Promise<void>;
  /** Forgets that answer's window: the server has recorded it. */
  recorded(windowId: string, answer: string): Promise<void>;
  /** Makes it true again which windows are answered, after a tab died in between: `waiting` has the answers by window. */
  settleAnswered(waiting: ReadonlyMap<string, string>): Promise<void>;
  /** Forgets this person's windows of other queues whose leases ended before `now`. */
  dropEnded(now: number): Promise<void>;
  /** Whether the person works offline on this queue, in any tab. */
  isOffline(): Promise<boolean>;
  setOffline(on: boolean): Promise<void>;
}

export function createReserve(open: () => Promise<ReserveDatabase>, owner: Owner, holder: Holder): Reserve {
  const { author, queueId } = owner;
  const range = () => IDBKeyRange.bound([author, queueId, -Infinity], [author, queueId, Infinity]);

  const listIn = (change: WindowChange) => change.objectStore('windows').index('order').getAll(range());
  const write = (change: WindowChange, window: KeptWindow) => change.objectStore('windows').put(window);

  async function edit(edited: (window: KeptWindow) => KeptWindow | null): Promise<void> {
    const change = changeWindows(await open());
    for (const window of await listIn(change)) {
      const after = edited(window);
      if (after === null) await removeWindows(change, [window]);
      else if (after !== window) await write(change, after);
    }
    await change.done;
  }

  async function keep(
    change: WindowChange,
    item: LabelItem,
    how: Pick<KeptWindow, 'hold' | 'place' | 'holder'>,
  ): Promise<void> {
    const { windowId, leaseId, leaseExpiresAt } = item;
    const leasedUntil = Date.parse(leaseExpiresAt);
    await write(change, { ...owner, windowId, leaseId, leasedUntil, answer: null, ...how });
    await change.objectStore('items').put({ author, windowId, item });
  }

  const list = async () => (await open()).getAllFromIndex('windows', 'order', range());
  const isFree = ({ holder, answer }: KeptWindow, present: ReadonlySet<string>) =>
    answer === null && (holder === null || !present.has(holder));

  return {
    arrive: () => holder.arrive(),
    leave: () => holder.leave(),
    list,
    async free() {
      const present = await holder.present();
      return (await list()).filter((window) => isFree(window, present));
    },

    async add(items, hold, to) {
      const change = changeWindows(await open());
      const kept = await listIn(change);
      let place = (kept.at(-1)?.place ?? 0) + 1;
      const fresh: LabelItem[] = [];
      for (const item of items) {
        const known = kept.find(({ windowId }) => windowId === item.windowId);
        if (known?.leaseId === item.leaseId) {
          await write(change, { ...known, hold, leasedUntil: Date.parse(item.leaseExpiresAt) });
          continue;
        }
        // Where another lease is known it has ended, and whichever page had the window has lost it.
        await keep(change, item, { hold, place, holder: to === 'hand' ? holder.id : null });
        place++;
        fresh.push(item);
      }
      await change.done;
      return fresh;
    },

    async addFirst(item) {
      const change = changeWindows(await open());
      const kept = await listIn(change);
      const here = kept.find((one) => one.windowId === item.windowId && one.holder === holder.id);
      const place = here?.place ?? (kept[0]?.place ?? 1) - 1;
      await keep(change, item, { hold: 'ready', place, holder: holder.id });
      await change.done;
    },

    async take(count) {
      const present = await holder.present();
      const change = changeWindows(await open());
      const free = (await listIn(change)).filter((window) => isFree(window, present));
      const items: LabelItem[] = [];
      for (const window of free.slice(0, count)) {
        const kept = await change.objectStore('items').get([author, window.windowId]);
        if (kept === undefined) continue;
        await write(change, { ...window, holder: holder.id });
        items.push({ ...kept.item, leaseId: window.leaseId });
      }
      await change.done;
      return items;
    },

    async answered(windowId, answer) {
      const change = changeWindows(await open());
      const window = await change.objectStore('windows').get([author, windowId]);
      if (window) await write(change, { ...window, answer, holder: null });
      await change.done;
    },

    async windowOf(windowId, answer) {
      const db = await open();
      const window = await db.get('windows', [author, windowId]);
      const kept = await db.get('items', [author, windowId]);
      return kept && window?.answer === answer ? { ...kept.item, leaseId: window.leaseId } : null;
    },

    prolong: (leaseIds, until, ready) =>
      edit((window) => {
        if (!leaseIds.includes(window.leaseId)) return window;
        if (ready.includes(window.leaseId)) return { ...window, hold: 'ready', leasedUntil: until };
        return { ...window, leasedUntil: Math.max(window.leasedUntil, until) };
      }),

    drop: (leaseIds) =>
      edit((window) => (leaseIds.includes(window.leaseId) && window.answer === null ? null : window)),

    async recorded(windowId, answer) {
      const change = changeWindows(await open());
      const window = await change.objectStore('windows').get([author, windowId]);
      if (window?.answer === answer) await removeWindows(change, [window]);
      await change.done;
    },

    settleAnswered: (waiting) =>
      edit((window) => {
        const answer = waiting.get(window.windowId) ?? null;
        if (answer === window.answer) return window;
        return answer === null ? null : { ...window, answer, holder: null };
      }),

    async dropEnded(now) {
      const change = changeWindows(await open());
      const all = await change.objectStore('windows').index('author').getAll(author);
      await removeWindows(
        change,
        all.filter((one) => one.queueId !== queueId && one.leasedUntil < now && one.answer === null),
      );
      await change.done;
    },

    async isOffline() {
      return (await (await open()).getKey('offline', [author, queueId])) !== undefined;
    },
    async setOffline(on) {
      const db = await open();
      if (on) await db.put('offline', owner);
      else await db.delete('offline', [author, queueId]);
    },
  };
}
