'use client';

import { createContext, useContext, useEffect, useState } from 'react';
import { v7 as uuidV7 } from 'uuid';
import { useStore } from 'zustand';
import { storageOf } from '@/lib/client/kept-json.ts';
import { serverGridBackend } from '@/lib/client/label/grid-backend.ts';
import { createGridStore, type GridStore, gridSizeOf } from '@/lib/client/label/grid-store.ts';
import { createGridWork } from '@/lib/client/label/grid-work.ts';
import type { GridWork, GridWorkStore } from '@/lib/client/label/grid-work-state.ts';
import { createPageMemory } from '@/lib/client/label/page-memory.ts';
import { onDelivered, startOutbox } from '@/lib/client/outbox/start.ts';
import { useOutbox } from '@/lib/client/outbox/state.ts';
import { openReserve } from '@/lib/client/reserve/open.ts';
import type { ClassId } from '@/lib/contract/classes.ts';
import type { PageSize } from '@/lib/contract/grid.ts';
import { beat } from '../heartbeat.ts';

export const GridWorkContext = createContext<GridWorkStore | null>(null);

/** One part of the state of page by page work; the component renders again only when that changes. */
export function useGrid<T>(select: (state: GridWork) => T): T {
  const store = useContext(GridWorkContext);
  if (store === null) throw new Error('useGrid is called outside a GridWorkContext');
  return useStore(store, select);
}

interface GridWorkParams {
  readonly author: string;
  readonly queueId: number;
  /** To begin with. */
  readonly suggested: ClassId;
  readonly windows: PageSize;
}

/** The stores of one person's work on one queue page by page, kept going while the page is open. */
export function useGridWork(begin: GridWorkParams): {
  readonly work: GridWorkStore;
  readonly grid: GridStore;
} {
  const { author, queueId } = begin;
  const [stores] = useState(() => {
    const grid = createGridStore(gridSizeOf(begin.windows));
    const reserve = openReserve({ author, queueId });
    const work = createGridWork({
      author,
      queueId,
      suggested: begin.suggested,
      backend: serverGridBackend,
      memory: createPageMemory(storageOf('sessionStorage'), author, queueId),
      grid,
      put: async (entry) => (await startOutbox(author)).put(entry),
      waiting: () => useOutbox.getState().waiting,
      keptElsewhere: () => reserve.list(),
      now: Date.now,
      newId: uuidV7,
    });
    return { work, grid };
  });
  const { work } = stores;
  useEffect(() => {
    const { start, leave, delivered, refused, behind } = work.getState();
    const stopDeliveries = onDelivered(delivered);
    const stopRefusals = useOutbox.subscribe((state) => refused(state.refused));
    const stopHeart = beat((afterSleep) => {
      const { renew, refill, refreshProgress } = work.getState();
      behind(renew(afterSleep).then(refill));
      behind(refreshProgress());
    });
    startOutbox(author)
      .then(start)
      .catch((error: unknown) => {
        work.setState({ phase: 'failed', words: error instanceof Error ? error.message : String(error) });
      });
    return () => {
      stopDeliveries();
      stopRefusals();
      stopHeart();
      behind(leave());
    };
  }, [work, author]);
  return stores;
}
