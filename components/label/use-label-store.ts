'use client';

import { createContext, useContext, useEffect, useState } from 'react';
import { v7 as uuidV7 } from 'uuid';
import { useStore } from 'zustand';
import { serverBackend } from '@/lib/client/label/backend.ts';
import {
  createLabelStore,
  type LabelActions,
  type LabelState,
  type LabelStore,
} from '@/lib/client/label-store.ts';
import { onReceipt, startOutbox } from '@/lib/client/outbox/start.ts';
import { useOutbox } from '@/lib/client/outbox/state.ts';

const HEARTBEAT_MS = 30_000;
/** Timers of a page in the background run once a minute; a longer silence is a sleep. */
const SLEEP_MS = 100_000;

export const LabelStoreContext = createContext<LabelStore | null>(null);

/** One part of the label page's state; the component renders again only when that changes. */
export function useLabel<T>(select: (state: LabelState & LabelActions) => T): T {
  const store = useContext(LabelStoreContext);
  if (store === null) throw new Error('useLabel is called outside a LabelStoreContext');
  return useStore(store, select);
}

/** The store of one person's work on one queue, kept going (leases, progress, receipts) while the page is open. */
export function useLabelWork(author: string, queueId: number): LabelStore {
  const [store] = useState(() =>
    createLabelStore({
      author,
      queueId,
      backend: serverBackend,
      put: async (entry) => (await startOutbox(author)).put(entry),
      waiting: () => useOutbox.getState().waiting,
      now: Date.now,
      newId: uuidV7,
    }),
  );
  useEffect(() => {
    const { start, leave, received, refused } = store.getState();
    const stopReceipts = onReceipt(received);
    const stopRefusals = useOutbox.subscribe((state) => refused(state.refused));
    const stopHeart = beat(store);
    void startOutbox(author).then(start);
    return () => {
      stopReceipts();
      stopRefusals();
      stopHeart();
      void leave();
    };
  }, [store, author]);
  return store;
}

/** Renews leases and progress at intervals, and at once when the page wakes up. */
function beat(store: LabelStore): () => void {
  let last = Date.now();
  function tick() {
    const slept = Date.now() - last > SLEEP_MS;
    last = Date.now();
    const { renew, refill, refreshProgress } = store.getState();
    void renew(slept).then(refill).then(refreshProgress);
  }
  function onWake() {
    if (document.visibilityState === 'visible') tick();
  }
  const timer = setInterval(tick, HEARTBEAT_MS);
  document.addEventListener('visibilitychange', onWake);
  window.addEventListener('online', onWake);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', onWake);
    window.removeEventListener('online', onWake);
  };
}
