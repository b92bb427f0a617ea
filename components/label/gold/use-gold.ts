'use client';

import { createContext, useContext, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { storageOf } from '@/lib/client/kept-json.ts';
import {
  createGoldMarks,
  type GoldMarks,
  type GoldMarksStore,
  serverMarkGold,
} from '@/lib/client/label/gold-marks.ts';
import { createMarkMemory } from '@/lib/client/label/mark-memory.ts';
import { onDelivered, startOutbox } from '@/lib/client/outbox/start.ts';
import { useOutbox } from '@/lib/client/outbox/state.ts';

export const GoldContext = createContext<GoldMarksStore | null>(null);

/** One part of what gold says, and of what is marked as gold; the component renders again only when that changes. */
export function useGold<T>(select: (state: GoldMarks) => T): T {
  const store = useContext(GoldContext);
  if (store === null) throw new Error('useGold is called outside a GoldContext');
  return useStore(store, select);
}

/** The store of gold on the Label page, told of receipts while the page is open. */
export function useGoldWork(author: string): GoldMarksStore {
  const [store] = useState(() =>
    createGoldMarks({
      markGold: serverMarkGold,
      waiting: () => useOutbox.getState().waiting,
      memory: createMarkMemory(storageOf('localStorage'), author),
    }),
  );
  useEffect(() => {
    const { start, delivered, refused } = store.getState();
    const stopDeliveries = onDelivered((entry) => void delivered(entry));
    const stopRefusals = useOutbox.subscribe((state) => refused(state.refused));
    startOutbox(author)
      .then(start)
      .catch((error: unknown) => console.error('gold marks:', error));
    return () => {
      stopDeliveries();
      stopRefusals();
    };
  }, [store, author]);
  return store;
}
