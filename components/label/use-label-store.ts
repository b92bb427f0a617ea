'use client';

import { createContext, useContext, useEffect, useState } from 'react';
import { v7 as uuidV7 } from 'uuid';
import { useStore } from 'zustand';
import { serverBackend } from '@/lib/client/label/backend.ts';
import type { LabelState, LabelStore } from '@/lib/client/label/label-state.ts';
import { createLabelStore } from '@/lib/client/label/label-store.ts';
import { onDelivered, startOutbox } from '@/lib/client/outbox/start.ts';
import { useOutbox } from '@/lib/client/outbox/state.ts';
import { onReserveChange, openReserve, tellReserveTabs } from '@/lib/client/reserve/open.ts';
import { beat } from './heartbeat.ts';

export const LabelStoreContext = createContext<LabelStore | null>(null);

/** One part of the label page's state; the component renders again only when that changes. */
export function useLabel<T>(select: (state: LabelState) => T): T {
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
      reserve: openReserve({ author, queueId }),
      tellTabs: tellReserveTabs,
      put: async (entry) => (await startOutbox(author)).put(entry),
      waiting: () => useOutbox.getState().waiting,
      now: Date.now,
      newId: uuidV7,
    }),
  );
  useEffect(() => {
    const { start, leave, delivered, refused } = store.getState();
    const stopDeliveries = onDelivered(delivered);
    const stopRefusals = useOutbox.subscribe((state) => refused(state.refused));
    const stopHeart = beat((afterSleep) => {
      const { renew, refreshProgress, readAnswers, behind } = store.getState();
      behind(renew(afterSleep));
      behind(refreshProgress());
      behind(readAnswers());
    });
    const stopListening = onReserveChange(() => store.getState().behind(store.getState().look()));
    startOutbox(author)
      .then(start)
      .catch((error: unknown) => {
        store.setState({ phase: 'failed', words: error instanceof Error ? error.message : String(error) });
      });
    return () => {
      stopListening();
      stopDeliveries();
      stopRefusals();
      stopHeart();
      store.getState().behind(leave());
    };
  }, [store, author]);
  return store;
}
