import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ScannedPart } from '@/workers/browser/scan-protocol.ts';
import { OfflineError } from '../api.ts';
import { UnreachableModel } from '../inference/model-worker.ts';
import { planScan, type ScanTask } from './scan-plan.ts';
import type { ScanResults } from './scan-results.ts';
import type { ScanWorker } from './scan-worker.ts';

export interface ModelScanState {
  /** `waiting`: the server cannot be reached, and the scan goes on when it can. */
  readonly phase: 'idle' | 'loading' | 'running' | 'waiting' | 'failed';
  /** Bars whose windows are done, of those that were asked for. */
  readonly done: number;
  readonly total: number;
  /** Over the last seconds; null while there is too little to tell. */
  readonly windowsPerSecond: number | null;
  /** What went wrong. */
  readonly words: string | null;
  /** Counts the changes of the results. */
  readonly change: number;
}

interface ModelScanParts {
  readonly series: { readonly segments: readonly number[]; readonly bars: number };
  readonly results: ScanResults;
  readonly workers: number;
  readonly startWorker: () => Promise<ScanWorker>;
  /** The encoded snapshot of a task's windows. @throws OfflineError, ApiError */
  readonly fetchStretch: (task: ScanTask, signal: AbortSignal) => Promise<Uint8Array<ArrayBuffer>>;
  readonly seriesKey: string;
  readonly maxWindowGap: number;
  /** Monotonic, ms. */
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<void>;
}

export interface ModelScan {
  readonly state: StoreApi<ModelScanState>;
  readonly results: ScanResults;
  /** Runs the model over those bars of `[from, to)` that are not done, unless it runs already. */
  start(from: number, to: number): void;
  /** Ends the workers at once; what is done stays. */
  cancel(): void;
}

const RETRY_MS = 3000;
/** What is found is told so often: each time it is all drawn anew, by the cores that the workers use. */
const TELL_MS = 250;
/** The pace is told from this long ago until now. */
const PACE_MS = 8000;
const IDLE = { phase: 'idle', done: 0, total: 0, windowsPerSecond: null, words: null } as const;

/** Runs a model over a series in web workers: each takes the next task, until none is left. */
export function createModelScan(parts: ModelScanParts): ModelScan {
  const { series, results, workers, startWorker, fetchStretch, seriesKey, maxWindowGap, now, pause } = parts;
  const state = createStore<ModelScanState>(() => ({ ...IDLE, change: 0 }));
  let running: AbortController | null = null;

  async function run(tasks: ScanTask[], controller: AbortController): Promise<void> {
    const { signal } = controller;
    const total = tasks.reduce((sum, { from, to }) => sum + to - from, 0);
    const pace = createPace(now);
    let done = 0;
    let told = Number.NEGATIVE_INFINITY;
    state.setState({ ...IDLE, phase: 'loading', total });

    function take(part: ScannedPart): void {
      if (signal.aborted) return;
      results.add(part);
      done += part.length;
      const windowsPerSecond = pace.add(part.length);
      if (now() - told < TELL_MS) return;
      told = now();
      state.setState({ phase: 'running', done, windowsPerSecond, change: state.getState().change + 1 });
    }

    /** The server may be away for a while. */
    async function patiently<T>(work: () => Promise<T>): Promise<T> {
      for (;;) {
        try {
          return await work();
        } catch (error) {
          if (signal.aborted || !(error instanceof OfflineError || error instanceof UnreachableModel))
            throw error;
          state.setState({ phase: 'waiting' });
          await pause(RETRY_MS);
          signal.throwIfAborted();
        }
      }
    }

    async function workThrough(): Promise<void> {
      const worker = await patiently(startWorker);
      const close = () => worker.close();
      signal.addEventListener('abort', close);
      try {
        if (signal.aborted) return;
        for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
          const { from, to, segmentFrom } = task;
          const bytes = await patiently(() => fetchStretch({ from, to, segmentFrom }, signal));
          await worker.scan({ bytes, from, to, segmentFrom, maxWindowGap, seriesKey }, take);
          signal.throwIfAborted();
        }
      } finally {
        signal.removeEventListener('abort', close);
        worker.close();
      }
    }

    await Promise.all(Array.from({ length: Math.min(workers, tasks.length) }, workThrough));
  }

  function end(controller: AbortController, last: Partial<ModelScanState>): void {
    if (running !== controller) return;
    running = null;
    // The other workers stop too.
    controller.abort();
    state.setState({ ...IDLE, ...last, change: state.getState().change + 1 });
  }

  return {
    state,
    results,
    start(from, to) {
      if (running !== null) return;
      const tasks = planScan({ from, to }, series, results.isDone, workers);
      if (tasks.length === 0) {
        state.setState({ ...IDLE });
        return;
      }
      const controller = new AbortController();
      running = controller;
      run(tasks, controller).then(
        () => end(controller, {}),
        (error: unknown) => {
          const words = error instanceof Error ? error.message : String(error);
          end(controller, { phase: 'failed', words });
        },
      );
    },
    cancel() {
      if (running !== null) end(running, {});
    },
  };
}

/** Windows a second over the last seconds. */
function createPace(now: () => number): { add(windows: number): number | null } {
  const samples: { at: number; sum: number }[] = [];
  let sum = 0;
  return {
    add(windows) {
      sum += windows;
      const at = now();
      samples.push({ at, sum });
      while (samples.length > 2 && at - samples[1].at > PACE_MS) samples.shift();
      const [first] = samples;
      const passed = at - first.at;
      return passed < 1000 ? null : ((sum - first.sum) * 1000) / passed;
    },
  };
}
