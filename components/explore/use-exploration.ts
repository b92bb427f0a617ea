'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { createContext, useCallback, useContext, useEffect, useRef, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import { beforePaint } from '@/components/chart/paint-batch.ts';
import { call } from '@/lib/client/api.ts';
import type { Exploration } from '@/lib/client/explore/exploration.ts';
import type { ExploreActions, ExploreState } from '@/lib/client/explore/explore-state.ts';
import type { ModelScanState } from '@/lib/client/explore/model-scan.ts';
import { FOLLOW_MS } from '@/lib/client/inference/follow.ts';
import { keys } from '@/lib/client/keys.ts';
import { answersOf } from '@/lib/client/outbox/entry.ts';
import { onDelivered } from '@/lib/client/outbox/start.ts';
import { useOutbox } from '@/lib/client/outbox/state.ts';
import { api } from '@/lib/contract/api.ts';
import type { ServedModel } from '@/lib/contract/models.ts';

export const ExplorationContext = createContext<Exploration | null>(null);

export function useExploration(): Exploration {
  const exploration = useContext(ExplorationContext);
  if (exploration === null) throw new Error('useExploration is called outside an ExplorationContext');
  return exploration;
}

/** One part of where the person is; the component renders again only when that changes. */
export function useExplore<T>(select: (state: ExploreState & ExploreActions) => T): T {
  return useStore(useExploration().store, select);
}

/** Draws before the next paint whenever something to be drawn may have changed. */
export function useDrawing(draw: () => void): void {
  const exploration = useExploration();
  const current = useRef(draw);
  useEffect(() => {
    current.current = draw;
    beforePaint(draw);
  }, [draw]);
  useEffect(() => {
    const drawCurrent = () => current.current();
    return exploration.subscribe(() => beforePaint(drawCurrent));
  }, [exploration]);
}

/**
 * Something of what was fetched or found, looked at again once a frame; the component renders again when it is another.
 * @param take answers the same value again while nothing about it has changed
 */
export function useFound<T>(take: (exploration: Exploration) => T): T {
  const exploration = useExploration();
  const subscribe = useCallback(
    (listener: () => void) => exploration.subscribe(() => beforePaint(listener)),
    [exploration],
  );
  const look = () => take(exploration);
  return useSyncExternalStore(subscribe, look, look);
}

const NOT_RUNNING: ModelScanState = {
  phase: 'idle',
  done: 0,
  total: 0,
  windowsPerSecond: null,
  words: null,
  change: 0,
};

/** How far the model is; idle while there is none. */
export function useModelScan(): ModelScanState {
  return useFound((exploration) => exploration.scan()?.state.getState() ?? NOT_RUNNING);
}

/** Follows the champion: what is run and shown is always its word. Undefined until it is known whether there is one. */
export function useChampion(exploration: Exploration): ServedModel | null | undefined {
  const { data: name } = useQuery({
    queryKey: keys.championName,
    queryFn: ({ signal }) => call(api.championName, { signal }),
    refetchInterval: FOLLOW_MS,
  });
  const { data } = useQuery({
    queryKey: keys.champion(name?.version ?? null),
    queryFn: ({ signal }) => call(api.servedModel, { signal }),
    enabled: name !== undefined,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
  useEffect(() => {
    if (data) exploration.setModel(data.model);
  }, [exploration, data]);
  return data?.model;
}

/** Tells the exploration what became of answers on their way to the server. */
export function useAnswers(exploration: Exploration): void {
  useEffect(() => {
    const stopDeliveries = onDelivered((entry) => {
      if (entry.kind === 'annotation' && entry.queueId === null) {
        const { input } = entry;
        exploration.received(input.kind === 'retraction' ? input.retractsId : input.id);
      }
    });
    const stopRefusals = useOutbox.subscribe(({ refused }) => {
      exploration.store.getState().refused(new Set(refused.flatMap(answersOf).map(({ id }) => id)));
    });
    return () => {
      stopDeliveries();
      stopRefusals();
    };
  }, [exploration]);
}
