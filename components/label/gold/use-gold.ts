'use client';

import { createContext, useContext, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import {
  createGoldMarks,
  type GoldMarks,
  type GoldMarksStore,
  serverMarkGold,
} from '@/lib/client/label/gold-marks.ts';
import { onDelivered } from '@/lib/client/outbox/start.ts';
import { useOutbox } from '@/lib/client/outbox/state.ts';

export const GoldContext = createContext<GoldMarksStore | null>(null);

/** One part of what gold says, and of what is marked as gold; the component renders again only when that changes. */
export function useGold<T>(select: (state: GoldMarks) => T): T {
  const store = useContext(GoldContext);
  if (store === null) throw new Error('useGold is called outside a GoldContext');
  return useStore(store, select);
}

/** The store of gold on the Label page, told of receipts while the page is open. */
export function useGoldWork(): GoldMarksStore {
  const [store] = useState(() =>
    createGoldMarks({ markGold: serverMarkGold, waiting: () => useOutbox.getState().waiting }),
  );
  useEffect(() => {
    const { delivered, refused } = store.getState();
    const stopDeliveries = onDelivered((entry) => void delivered(entry));
    const stopRefusals = useOutbox.subscribe((state) => refused(state.refused));
    return () => {
      stopDeliveries();
      stopRefusals();
    };
  }, [store]);
  return store;
}
