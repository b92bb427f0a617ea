import { api } from '@/lib/contract/api.ts';
import type { OpenedSeries } from '@/lib/contract/explore.ts';
import { seriesKey } from '@/lib/contract/manifest.ts';
import type { ServedModel } from '@/lib/contract/models.ts';
import { type TimeRuns, tsOfBar } from '@/lib/core/time-runs.ts';
import { callBytes } from '../api.ts';
import { checkModel } from '../inference/check-model.ts';
import { createModelScan, type ModelScan } from './model-scan.ts';
import { createScanResults, type ScanResults } from './scan-results.ts';
import { startScanWorker } from './scan-worker.ts';

/** The champion over one series, whichever version that is now. */
export interface ChampionScan {
  /** Null while there is no champion, or none that this page can run. */
  scan(): ModelScan | null;
  /** Why the champion cannot be run, in words. */
  whyNot(): string | null;
  /** @returns whether it is another one; the former one's scan is ended then */
  setModel(model: ServedModel | null): boolean;
}

/** A worker a core gains more than a thread a core, and goes without isolation too. */
const THREADS = 1;
const MOST_WORKERS = 8;
/** Results outlive the page: coming back shows them, and the scan goes on from there. */
const results = new Map<string, ScanResults>();
const MOST_RESULTS = 4;

/** @param onChange called whenever a scan's state changes */
export function createChampionScan(series: OpenedSeries, runs: TimeRuns, onChange: () => void): ChampionScan {
  const { id, version } = series;
  let scan: ModelScan | null = null;
  let whyNot: string | null = null;
  let name: string | null = null;
  return {
    scan: () => scan,
    whyNot: () => whyNot,
    setModel(model) {
      const next = model && `${model.version}:${model.sha256}`;
      if (next === name) return false;
      name = next;
      scan?.cancel();
      const checked = model && checkModel(model);
      whyNot = checked === null || checked.ok ? null : checked.words;
      scan = checked?.ok
        ? createModelScan({
            series,
            results: resultsOf(`${version}:${name}`, series.bars, runs),
            workers: workersFor(navigator.hardwareConcurrency),
            startWorker: () => startScanWorker(checked.model, THREADS),
            fetchStretch: ({ from, to }, signal) =>
              callBytes(api.seriesStretch, { params: { id }, query: { version, from, to }, signal }),
            seriesKey: seriesKey(series),
            maxWindowGap: series.maxWindowGap,
            now: () => performance.now(),
            pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
          })
        : null;
      scan?.state.subscribe(onChange);
      return true;
    },
  };
}

/** One a core (docs/performance.md); where there are several, one is left to the page. */
function workersFor(cores: number): number {
  return Math.max(1, Math.min(MOST_WORKERS, cores > 2 ? cores - 1 : cores));
}

function resultsOf(name: string, bars: number, runs: TimeRuns): ScanResults {
  const found = results.get(name) ?? createScanResults(bars, (bar) => tsOfBar(runs, bar));
  results.delete(name);
  results.set(name, found);
  for (const oldest of results.keys()) {
    if (results.size <= MOST_RESULTS) break;
    results.delete(oldest);
  }
  return found;
}
