import { v7 as uuidV7 } from 'uuid';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { api } from '@/lib/contract/api.ts';
import type { OpenedSeries } from '@/lib/contract/explore.ts';
import type { ServedModel } from '@/lib/contract/models.ts';
import { decodeBars } from '@/lib/core/bar-codec.ts';
import { type TimeRuns, tsOfBar } from '@/lib/core/time-runs.ts';
import { ApiError, call, callBytes, OfflineError } from '../api.ts';
import { startOutbox } from '../outbox/start.ts';
import { createChampionScan } from './champion-scan.ts';
import { type ExploreStart, type ExploreStore, endOf } from './explore-state.ts';
import { createExploreStore } from './explore-store.ts';
import type { Mark, PersonMark, Source } from './mark.ts';
import type { ModelScan } from './model-scan.ts';
import { runsOf } from './opened-series.ts';
import { createSeen, type SeenStorage } from './seen.ts';
import { createSeriesMarks } from './series-marks.ts';
import { type BucketRun, createTiles, type TilesParts } from './tiles.ts';
import { levelFor, wholeSeries } from './viewport.ts';

export interface ExploreTrouble {
  /** What could not be fetched last, in words; null where all is well. It is tried again. */
  readonly words: string | null;
  readonly offline: boolean;
  /** Other bars have been imported since this series was opened. */
  readonly outdated: boolean;
}

/** One series in view: where the person is, its bars, what is said of it, and the model run over it. */
export interface Exploration {
  readonly series: OpenedSeries;
  readonly runs: TimeRuns;
  readonly store: ExploreStore;
  readonly trouble: StoreApi<ExploreTrouble>;
  /** The bars in view, in at most so many buckets; what is missing is on its way. */
  barsInView(buckets: number): BucketRun;
  /** The whole history, as far as it may be seen, in at most so many buckets. */
  overview(buckets: number): BucketRun;
  /** What a source says of all that may be seen, oldest first. */
  marks(source: Source): readonly Mark[];
  /** Whether all of a source's marks that were asked for are there. */
  hasMarks(source: Source): boolean;
  /** The labels that stand on the whole series, those that may not be seen now too. */
  people(): readonly PersonMark[];
  /** Whether a label of the cursor's window would be given by someone who saw what came next. */
  sawAfterCursor(): boolean;
  /** Null while there is no champion that this page can run. */
  scan(): ModelScan | null;
  /** Why there is none, in words. */
  whyNoScan(): string | null;
  setModel(model: ServedModel | null): void;
  setRuleSet(number: number | null): void;
  /** An answer has reached the server. */
  received(annotationId: string): void;
  /** Calls back whenever something to be drawn may have changed; returns how to stop. */
  subscribe(listener: () => void): () => void;
  /** Stops whatever runs; what was fetched stays. */
  rest(): void;
}

export function openExploration(personId: string, series: OpenedSeries, start: ExploreStart): Exploration {
  const runs = runsOf(series);
  const { id, version } = series;
  const params = { id };
  const listeners = new Set<() => void>();
  const trouble = createStore<ExploreTrouble>(() => ({ words: null, offline: false, outdated: false }));

  function changed(): void {
    for (const listener of listeners) listener();
  }
  function onChange(): void {
    if (trouble.getState().words !== null && !trouble.getState().outdated) {
      trouble.setState({ words: null, offline: false });
    }
    changed();
  }
  function onRested(): void {
    // Nothing is missing any more where the view has moved back to what is known.
    if (tiles.isComplete() && overviewTiles.isComplete()) onChange();
    else changed();
  }
  function onTrouble(error: unknown): void {
    const offline = error instanceof OfflineError;
    const outdated = error instanceof ApiError && error.code === 'conflict';
    trouble.setState({ words: error instanceof Error ? error.message : String(error), offline, outdated });
  }

  const listening = {
    onChange,
    onRested,
    onTrouble,
    later: (work: () => void, ms: number) => void setTimeout(work, ms),
  };

  const seen = createSeen(browserStorage(), personId);
  const store = createExploreStore(
    {
      author: personId,
      series,
      seen,
      put: async (entry) => (await startOutbox(personId)).put(entry),
      makeWindow: (ts) => call(api.makeWindow, { params, body: { ts } }),
      now: Date.now,
      newId: uuidV7,
    },
    start,
  );
  const end = () => endOf(store.getState(), series.bars);

  const tileParts: TilesParts = {
    fetch: async (from, to, level, signal) =>
      decodeBars(await callBytes(api.seriesBars, { params, query: { version, from, to, level }, signal })),
    ...listening,
  };
  // Each calls off what it no longer needs.
  const tiles = createTiles(tileParts);
  const overviewTiles = createTiles(tileParts);
  const champion = createChampionScan(series, runs, changed);
  const { scan } = champion;
  const marks = createSeriesMarks({ series, runs, state: store.getState, scan, listening });

  store.subscribe(changed);
  return {
    series,
    runs,
    store,
    trouble,
    barsInView(buckets) {
      const { viewport } = store.getState();
      return tiles.run(viewport.from, viewport.to, levelFor(viewport, buckets), end());
    },
    overview(buckets) {
      const level = levelFor(wholeSeries(series.bars), buckets);
      // In whole buckets: it need not be fetched again for each bar that a replay goes on.
      const until = end() === series.bars ? series.bars : Math.floor(end() / level) * level;
      return overviewTiles.run(0, series.bars, level, until);
    },
    marks: (source) => marks.before(source, end()),
    hasMarks: marks.isComplete,
    people: marks.people,
    sawAfterCursor: () => seen.sawAfter(id, tsOfBar(runs, store.getState().cursor)),
    scan,
    whyNoScan: champion.whyNot,
    setModel(model) {
      if (!champion.setModel(model)) return;
      marks.renew('model');
      changed();
    },
    setRuleSet: marks.setRuleSet,
    received(annotationId) {
      const { given, takenBack } = store.getState();
      const known = given.some((mark) => mark.annotationId === annotationId) || takenBack.has(annotationId);
      // From before a reload: what the server listed then did not have it yet.
      if (!known) marks.renew('people');
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    rest() {
      tiles.stop();
      overviewTiles.stop();
      marks.stop();
      scan()?.cancel();
    },
  };
}

/** A page without storage (a browser that forbids it) is told so, and nothing counts as unseen. */
function browserStorage(): SeenStorage | null {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}
