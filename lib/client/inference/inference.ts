import { create } from 'zustand';
import { api } from '@/lib/contract/api.ts';
import type { ServedModel } from '@/lib/contract/models.ts';
import type { Backend, Prediction, WindowToPredict } from '@/workers/browser/inference-protocol.ts';
import { ApiError, call, OfflineError } from '../api.ts';
import { checkModel } from './check-model.ts';
import { FOLLOW_MS } from './follow.ts';
import { type ModelWorker, startModelWorker, UnreachableModel } from './model-worker.ts';

/** Gains most from threads, and holds a single image up least. */
const BATCH = 16;
/** A working day's undo; each holds a 12 kB image. */
const MOST_KEPT = 400;

export interface InferenceState {
  /** `asking`: it is not known yet whether there is a champion. `none`: there is none. */
  readonly phase: 'asking' | 'none' | 'loading' | 'ready' | 'unusable';
  /** The champion as served, while one is loaded or loading. */
  readonly model: ServedModel | null;
  readonly backend: Backend | null;
  readonly loadMs: number | null;
  readonly words: string | null;
  /** By window; all of the loaded version. */
  readonly predictions: ReadonlyMap<string, Prediction>;
}

export const useInference = create<InferenceState>(() => ({
  phase: 'asking',
  model: null,
  backend: null,
  loadMs: null,
  words: null,
  predictions: new Map(),
}));

let worker: ModelWorker | null = null;
/** The file that is loaded, loading or refused; asked for again only when the alias moves. */
let settledOn: string | null = null;
let users = 0;
let timer: ReturnType<typeof setTimeout> | null = null;
let wanted: readonly WindowToPredict[] = [];
let predicting = false;

/** Follows the champion while anyone uses it; returns how to stop. The model stays loaded. */
export function followChampion(): () => void {
  users++;
  if (users === 1) void poll();
  return () => {
    users--;
    if (users === 0 && timer !== null) clearTimeout(timer);
  };
}

async function poll(): Promise<void> {
  try {
    if (await mayBeAnother()) await settleOn((await call(api.servedModel)).model);
  } catch (error) {
    // What is loaded goes on working while the server is away; the next poll sees.
    if (!(error instanceof OfflineError || error instanceof ApiError)) {
      const words = error instanceof Error ? error.message : String(error);
      retire({
        phase: 'unusable',
        model: null,
        words: `The champion is not used: what the server says of it is not understood (${words}).`,
      });
      settledOn = null;
    }
  } finally {
    if (timer !== null) clearTimeout(timer);
    timer = users > 0 ? setTimeout(() => void poll(), FOLLOW_MS) : null;
  }
}

/** A served model is large; which one it is, is not. The first is asked for whole: a page without a network has it kept. */
async function mayBeAnother(): Promise<boolean> {
  if (settledOn === null) return true;
  const { version, sha256 } = await call(api.championName);
  return settledOn !== (version === null ? null : `${version}:${sha256}`);
}

async function settleOn(served: ServedModel | null): Promise<void> {
  const name = served === null ? null : `${served.version}:${served.sha256}`;
  if (served === null) {
    if (settledOn !== null || useInference.getState().phase === 'asking')
      retire({ phase: 'none', model: null, words: null });
    settledOn = null;
    return;
  }
  if (name === settledOn) return;
  settledOn = name;
  const checked = checkModel(served);
  if (!checked.ok) {
    retire({ phase: 'unusable', model: served, words: checked.words });
    return;
  }
  // The former model goes on until the new one is ready.
  if (worker === null) useInference.setState({ phase: 'loading', model: served, words: null });
  try {
    const next = await startModelWorker(checked.model);
    worker?.close();
    worker = next;
    useInference.setState({
      phase: 'ready',
      model: served,
      backend: next.backend,
      loadMs: next.loadMs,
      words: null,
      predictions: new Map(),
    });
    void predictWanted();
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    if (error instanceof UnreachableModel) settledOn = null;
    if (worker === null || !(error instanceof UnreachableModel))
      retire({ phase: 'unusable', model: served, words });
  }
}

function retire(state: Pick<InferenceState, 'phase' | 'model' | 'words'>): void {
  worker?.close();
  worker = null;
  useInference.setState({ ...state, backend: null, loadMs: null, predictions: new Map() });
}

/** Says which windows will be asked about, the most urgent first; they are predicted as soon as there is a model. */
export function wantPredictions(windows: readonly WindowToPredict[]): void {
  wanted = windows;
  void predictWanted();
}

async function predictWanted(): Promise<void> {
  if (predicting) return;
  predicting = true;
  try {
    for (;;) {
      const use = worker;
      const known = useInference.getState().predictions;
      const next = wanted.filter(({ windowId }) => !known.has(windowId));
      if (use === null || next.length === 0) return;
      // The window in view alone, so that nobody waits for fifteen others.
      const batch = next[0] === wanted[0] ? next.slice(0, 1) : next.slice(0, BATCH);
      try {
        const predictions = await use.predict(batch);
        if (use === worker) keep(predictions);
      } catch (error) {
        // A worker that was replaced meanwhile drops what it was asked; its successor is asked again.
        if (use !== worker) continue;
        console.error('model:', error);
        return;
      }
    }
  } finally {
    predicting = false;
  }
}

function keep(predictions: readonly Prediction[]): void {
  const all = new Map(useInference.getState().predictions);
  for (const prediction of predictions) all.set(prediction.windowId, prediction);
  for (const oldest of all.keys()) {
    if (all.size <= MOST_KEPT) break;
    all.delete(oldest);
  }
  useInference.setState({ predictions: all });
}

/**
 * What the patches of one channel of a window's image add to a class's log-odds (lib/core/image/occlusion.ts).
 * @throws Error where the model that made the prediction is no longer loaded
 */
export async function weighPatches(
  { image, aux, logits, version }: Prediction,
  channel: number,
  subject: number,
): Promise<Float32Array> {
  if (worker?.version !== version) throw new Error(`Model ${version} is no longer loaded.`);
  return worker.weigh({ image, aux, logits, channel, subject });
}
