'use client';

import { parseAsArrayOf, parseAsBoolean, parseAsInteger, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useEffect } from 'react';
import type { Exploration } from '@/lib/client/explore/exploration.ts';
import type { ExploreStart } from '@/lib/client/explore/explore-state.ts';
import { SOURCES } from '@/lib/client/explore/mark.ts';
import { runsOf } from '@/lib/client/explore/opened-series.ts';
import { CLASS_IDS } from '@/lib/contract/classes.ts';
import type { OpenedSeries } from '@/lib/contract/explore.ts';
import { barAtTs, tsOfBar } from '@/lib/core/time-runs.ts';

/** The address holds the view: what is open, what of it is in view, and what is shown there. Times are ms UTC. */
const PARAMETERS = {
  series: parseAsInteger,
  from: parseAsInteger,
  to: parseAsInteger,
  at: parseAsInteger,
  replay: parseAsBoolean.withDefault(false),
  layers: parseAsArrayOf(parseAsStringLiteral(SOURCES)).withDefault([...SOURCES]),
  classes: parseAsArrayOf(parseAsStringLiteral(CLASS_IDS)).withDefault([...CLASS_IDS]),
  rules: parseAsInteger,
  log: parseAsBoolean.withDefault(false),
};

export function useAddress() {
  return useQueryStates(PARAMETERS);
}

export type Address = ReturnType<typeof useAddress>[0];
export type SetAddress = ReturnType<typeof useAddress>[1];

/** Where the address says to begin. */
export function startOf({ from, to, at, replay }: Address, series: OpenedSeries): ExploreStart {
  const runs = runsOf(series);
  const viewport =
    from !== null && to !== null && from < to
      ? { from: barAtTs(runs, from), to: barAtTs(runs, to) + 1 }
      : null;
  return { viewport, cursorTs: at, replay };
}

/** Long enough that a pan is one change of the address, short enough that a reload finds the view again. */
const SETTLED_MS = 250;

/** Writes the view into the address whenever it has come to rest. */
export function useViewInAddress({ store, runs, series }: Exploration, setAddress: SetAddress): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tsAt = (bar: number) => tsOfBar(runs, Math.max(0, Math.min(series.bars - 1, bar)));
    function write(): void {
      const { viewport, cursor, replay } = store.getState();
      void setAddress({
        from: tsAt(Math.round(viewport.from)),
        to: tsAt(Math.round(viewport.to) - 1),
        at: tsAt(cursor),
        replay,
      });
    }
    const stop = store.subscribe((state, former) => {
      const moved =
        state.viewport !== former.viewport ||
        state.cursor !== former.cursor ||
        state.replay !== former.replay;
      if (!moved) return;
      clearTimeout(timer);
      timer = setTimeout(write, SETTLED_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [store, runs, series, setAddress]);
}
